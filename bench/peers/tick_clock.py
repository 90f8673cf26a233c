"""CPU time of another process as the number of clock ticks that found it running.

A host that takes a core away from a virtual machine lets the guest's CPU time run on, and need not say so. A tick
cannot come while the core is gone; one comes late, when it is back. So the ticks count what was worked, plus one a gap.
Linux, x86-64; perf_event_open(2): the software event cpu-clock, a sample every 125 µs of a thread's running. The kernel
appends 16 bytes a sample to a ring; how far its head moved is all that is read.
"""
import ctypes
import mmap
import os
import struct

PERIOD_NS = 125_000
RECORD_BYTES = 16  # header and thread id
DATA_HEAD = 1024  # offset in struct perf_event_mmap_page
SYS_PERF_EVENT_OPEN = 298
RING_PAGES = 1 + 8


def event_attributes():
    software, size, cpu_clock, sample_tid = 1, 64, 0, 1 << 1
    return struct.pack("=IIQQQQQIIQ", software, size, cpu_clock, PERIOD_NS, sample_tid, 0, 0, 0, 0, 0)


def open_ring(thread):
    attributes = ctypes.create_string_buffer(event_attributes())
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.syscall(SYS_PERF_EVENT_OPEN, attributes, thread, -1, -1, 0)
    if descriptor < 0:
        raise SystemExit(f"ticks cannot be counted: {os.strerror(ctypes.get_errno())} (see /proc/sys/kernel/perf_event_paranoid)")
    ring = mmap.mmap(descriptor, RING_PAGES * mmap.PAGESIZE, mmap.MAP_SHARED, mmap.PROT_READ)
    os.close(descriptor)
    return ring


class TickClock:
    """Seconds that the threads which a process has at this moment have worked since."""

    def __init__(self, pid):
        self.rings = [open_ring(int(thread)) for thread in os.listdir(f"/proc/{pid}/task")]

    def seconds(self):
        return sum(struct.unpack_from("=Q", ring, DATA_HEAD)[0] for ring in self.rings) / RECORD_BYTES * PERIOD_NS * 1e-9
