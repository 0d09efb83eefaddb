"""A mutating fuzzer of every reader; `scripts/fuzz.py` runs it and docs/fuzzing.md explains it."""
