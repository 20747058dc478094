"""Keeps a small corpus: FUZZ_TARGET=NAME keep.py PROGRAM FROM TO copies some of FROM to TO, the smallest first.

TO stays below a size that fits among the fixtures, and holds inputs that the parser takes and ones that it refuses.
Files of TO that are named found-... broke something once, and stay."""
import os
import shutil
import subprocess
import sys

program, source, destination = sys.argv[1:]
FILES_MAX = 36
BYTES_MAX = 14_000
taken = set(subprocess.run([program, "--taken", source], capture_output=True, check=True, text=True).stdout.split())
names = sorted(os.listdir(source), key=lambda name: (os.path.getsize(os.path.join(source, name)), name))
paths = [os.path.join(source, name) for name in names]
groups = [[path for path in paths if path in taken], [path for path in paths if path not in taken]]
for name in os.listdir(destination):
    if not name.startswith("found-"):
        os.remove(os.path.join(destination, name))
for group in groups:
    count, size = 0, 0
    # The smallest, and of the others every so many: the large ones reach the most.
    step = max(1, len(group) // (FILES_MAX // 2))
    for path in group[::step]:
        size += os.path.getsize(path)
        if count == FILES_MAX // 2 or (size > BYTES_MAX // 2 and count > 0):
            break
        shutil.copy(path, os.path.join(destination, os.path.basename(path)[:16]))
        count += 1
print(os.environ["FUZZ_TARGET"], len(os.listdir(destination)), "files kept")
