"""Reads a float32 .npy matrix with the standard library alone."""
import array
import ast
import struct


def read_matrix(path):
    """Rows as array('f') objects. Raises ValueError on anything but a C-ordered little-endian float32 matrix."""
    with open(path, "rb") as file:
        if file.read(6) != b"\x93NUMPY":
            raise ValueError(f"{path}: not a .npy file")
        major, _ = struct.unpack("BB", file.read(2))
        length = struct.unpack("<H" if major == 1 else "<I", file.read(2 if major == 1 else 4))[0]
        header = ast.literal_eval(file.read(length).decode("latin1"))
        if header["descr"] != "<f4" or header["fortran_order"] or len(header["shape"]) != 2:
            raise ValueError(f"{path}: want a C-ordered float32 matrix, got {header}")
        rows, cols = header["shape"]
        values = array.array("f")
        values.fromfile(file, rows * cols)
    return [values[i * cols:(i + 1) * cols] for i in range(rows)]
