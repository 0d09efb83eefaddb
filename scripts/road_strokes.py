"""Join the edges of a network to strokes, and merge carriageways. Used by build_basemap.py."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import numpy as np
import shapely
import shapely.ops
from scipy.spatial import cKDTree

STRAIGHT = 0.7  # the cosine of the greatest bend through a junction
BESIDE_M = 150.0  # carriageways are no farther apart
SAMPLE_M = 100.0
PARALLEL = 0.8  # the cosine of the greatest angle between carriageways
SHORT_M = 1500.0  # shorter remains beside another road are ramps
LEAST_M = 300.0  # shorter roads that end at no other are not drawn


def strokes(lines: np.ndarray, ends: np.ndarray, classes: np.ndarray) -> tuple[list, np.ndarray]:
    """Join lines end to end where one class passes a node, straight on at junctions.

    `ends` are the nodes of the first and the last vertex of each line. Returns coordinates and the
    class of each stroke.
    """
    paths = [shapely.get_coordinates(line) for line in lines]
    beyond = _pairs(paths, ends, classes)
    done = np.zeros(len(paths), dtype=bool)
    made, kinds = [], []
    # Begin at open ends; the lines left after that form closed rings.
    order = sorted(range(len(paths)), key=lambda n: ((n, 0) in beyond) + ((n, 1) in beyond))
    for first in order:
        if done[first]:
            continue
        side = 0 if (first, 0) not in beyond else 1 if (first, 1) not in beyond else 0
        walk, at = [], (first, side)
        while at is not None and not done[at[0]]:
            line, entered = at
            done[line] = True
            path = paths[line] if entered == 0 else paths[line][::-1]
            walk.append(path[1:] if walk else path)
            at = beyond.get((line, 1 - entered))
        made.append(np.concatenate(walk))
        kinds.append(classes[first])
    return made, np.array(kinds)


def _pairs(paths: list, ends: np.ndarray, classes: np.ndarray) -> dict:
    """Return the end of a line that continues each end of another."""
    at_node = defaultdict(list)
    for line, (first, last) in enumerate(ends.tolist()):
        at_node[first, classes[line]].append((line, 0))
        at_node[last, classes[line]].append((line, 1))
    beyond = {}
    for found in at_node.values():
        away = {end: _direction(paths[end[0]], end[1]) for end in found}
        bends = [(away[a] @ away[b], a, b) for a, b in combinations(found, 2) if a[0] != b[0]]
        for bend, a, b in sorted(bends, key=lambda each: each[0]):
            is_straight = bend < -STRAIGHT or (len(found) == 2 and bend < 0.5)
            if is_straight and a not in beyond and b not in beyond:
                beyond[a], beyond[b] = b, a
    return beyond


def _direction(path: np.ndarray, end: int) -> np.ndarray:
    """Return the direction, of length 1, in which a line leaves one of its ends."""
    step = path[1] - path[0] if end == 0 else path[-2] - path[-1]
    step = step * [np.cos(np.radians(path[0][1])), 1.0]
    return step / max(np.hypot(*step), 1e-12)


def merged(paths: list, ranks: np.ndarray) -> list[list[np.ndarray]]:
    """Leave out what runs beside a more important or a longer stroke.

    `paths` are in metres on a plane, `ranks` their importance, 0 the greatest. Returns what is left
    of each stroke, in pieces that reach the other stroke where they branch off.
    """
    lengths = np.array([np.hypot(*np.diff(path, axis=0).T).sum() for path in paths])
    found = [_samples(path, length) for path, length in zip(paths, lengths, strict=True)]
    points, aims = (np.concatenate(each) for each in zip(*found, strict=True))
    counts = [len(places) for places, _ in found]
    owner, starts = np.repeat(np.arange(len(paths)), counts), np.cumsum([0, *counts])
    tree, drawn = cKDTree(points), np.zeros(len(points), dtype=bool)
    kept: list[list[np.ndarray]] = [[] for _ in paths]
    for one in np.lexsort([-lengths, ranks]):
        own = slice(starts[one], starts[one + 1])
        gaps, near = tree.query(points[own], k=8, distance_upper_bound=BESIDE_M)
        near = np.minimum(near, len(points) - 1)
        along = np.abs(np.einsum("ijk,ik->ij", aims[near], aims[own])) > PARALLEL
        beside = np.isfinite(gaps) & along & drawn[near] & (owner[near] != one)
        covered = beside.any(axis=1)
        nearest = near[np.arange(len(near)), np.argmax(beside, axis=1)]
        pieces = _open_runs(paths[one], covered, points[nearest], lengths[one])
        kept[one] = [piece for piece, _, _ in pieces]
        for _, a, b in pieces:
            drawn[starts[one] + a : starts[one] + b] = True
    return kept


def _samples(path: np.ndarray, length: float) -> tuple[np.ndarray, np.ndarray]:
    """Return places along a stroke at equal distances, and its directions there."""
    count = max(2, int(length / SAMPLE_M) + 1)
    line = shapely.LineString(path)
    at = np.linspace(0, length, count)
    points = shapely.get_coordinates(shapely.line_interpolate_point(line, at))
    before = shapely.get_coordinates(shapely.line_interpolate_point(line, np.maximum(at - 50, 0)))
    after = shapely.get_coordinates(shapely.line_interpolate_point(line, at + 50))
    aim = after - before
    return points, aim / np.maximum(np.hypot(*aim.T), 1e-9)[:, None]


def _open_runs(path: np.ndarray, covered: np.ndarray, onto: np.ndarray, length: float) -> list:
    """Return the pieces of a stroke that no other covers, each with its range of samples."""
    if not covered.any():
        return [(path, 0, len(covered))] if length > LEAST_M else []
    edges = np.flatnonzero(np.diff(np.concatenate([[True], covered, [True]]).astype(int)))
    line, found = shapely.LineString(path), []
    at = np.linspace(0, length, len(covered))
    for a, b in edges.reshape(-1, 2).tolist():
        if at[b - 1] - at[a] < SHORT_M:
            continue
        piece = shapely.get_coordinates(shapely.ops.substring(line, at[a], at[b - 1]))
        head = [onto[a - 1]] if a > 0 else []
        tail = [onto[b]] if b < len(covered) else []
        found.append((np.vstack([*head, piece, *tail]), a, b))
    return found
