# WORKAROUND: the contributed hook asks for the metadata of "webrtcvad"; this product uses webrtcvad-wheels, the
# maintained build of the same module. Remove when https://github.com/pyinstaller/pyinstaller-hooks-contrib knows it.
from PyInstaller.utils.hooks import copy_metadata

datas = copy_metadata("webrtcvad-wheels")
