"""The program's icon as pictures for Windows: an SVG file, a folder and sizes in pixels follow on the command line."""

import sys
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

application = QGuiApplication(["draw", "-platform", "offscreen"])
source, folder, *sizes = sys.argv[1:]
drawn = QSvgRenderer(source)
for size in map(int, sizes):
    picture = QImage(QSize(size, size), QImage.Format.Format_ARGB32)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    drawn.render(painter)
    painter.end()
    if not drawn.isValid() or not picture.save(str(Path(folder) / f"{size}.png")):
        sys.exit(f"{source} cannot be drawn")
