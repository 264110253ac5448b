"""Copies the first images of every class of a zip of class folders: subset.py IN OUT COUNT."""

import sys
import zipfile
from collections import defaultdict
from pathlib import Path


def main(source, target, count):
    if Path(target).exists():
        return
    with zipfile.ZipFile(source) as images:
        classes = defaultdict(list)
        for name in sorted(images.namelist()):
            if not name.endswith("/"):
                classes[Path(name).parent.name].append(name)
        each = count // len(classes)
        partial = Path(target + ".partial")
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as subset:
            for names in classes.values():
                for name in names[:each]:
                    subset.writestr(name, images.read(name))
    partial.rename(target)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
