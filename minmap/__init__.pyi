# The public names with their types; `__init__.py` imports each when it is first used.

from minmap import errors as errors
from minmap import geodesy as geodesy
from minmap import vocabulary as vocabulary
from minmap.errors import ChoiceError as ChoiceError
from minmap.errors import CRSError as CRSError
from minmap.errors import FileError as FileError
from minmap.errors import GeometryError as GeometryError
from minmap.errors import MinmapError as MinmapError
from minmap.errors import MinmapWarning as MinmapWarning
from minmap.linking.merging import merge as merge
from minmap.linking.record_links import link as link
from minmap.maps import Map as Map
from minmap.quality import check as check
from minmap.quality import check_rules as check_rules
from minmap.quality import repair as repair
from minmap.quality import undo_repairs as undo_repairs
from minmap.querying import compare_critical as compare_critical
from minmap.querying import select as select
from minmap.querying import summarise as summarise
from minmap.reading import read as read
from minmap.reading import sample as sample
from minmap.reading import sources as sources
from minmap.reading.word_report import draft_vocabulary as draft_vocabulary
from minmap.reading.word_report import unknown_words as unknown_words
from minmap.style.house_style import Style as Style
from minmap.transport.accessibility import Route as Route
from minmap.transport.accessibility import access as access
from minmap.transport.accessibility import catchment as catchment
from minmap.transport.accessibility import closed_access as closed_access
from minmap.transport.accessibility import closures as closures
from minmap.transport.accessibility import compare_access as compare_access
from minmap.transport.accessibility import route as route
from minmap.transport.accessibility import routes as routes
from minmap.transport.accessibility import summarise_access as summarise_access
from minmap.transport.network import Network as Network
from minmap.transport.network import assumptions as assumptions
from minmap.transport.trade_corridors import Corridor as Corridor
from minmap.transport.trade_corridors import nearest as nearest
from minmap.transport.trade_corridors.catalogue import corridor as corridor
from minmap.transport.trade_corridors.catalogue import corridors as corridors
from minmap.vocabulary import critical as critical
from minmap.vocabulary import critical_lists as critical_lists
from minmap.widget import Widget as Widget
from minmap.writing import write as write

__version__: str
