#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""evil - a Modbus device that attacks its client, over TCP and over a serial line.

  evil.py --tcp PORT [--mode late] [--every 3] [--unit 1] [--bits 0x02]
  evil.py --rtu PATH …         a pty; PATH becomes a link to it
  evil.py --list               the modes and what they do

Every `every`-th answer is bad; what a bad answer says is the opposite of the truth, so that a client which takes it
for good shows it as a change that never was. Where no client can tell (noise around a right frame) it says the truth.
"""
import argparse
import os
import random
import select
import signal
import socket
import struct
import sys
import threading
import time
import tty

CLOSE = object()       # an answer's step: end the connection
TRICKLE_S = 0.3        # between two bytes
SLOW_S = 0.03          # between a stale answer and the right one
READ_BITS, READ_WORDS = (1, 2), (3, 4)
REQUEST_RTU = 8        # unit, function, address, count, CRC
FRAME_GAP_S = 0.05     # a longer silence ends a broken request


def crc(data):
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return struct.pack("<H", value)


class Device:
    """One unit: its truth (bit n = input n), how it misbehaves, and what it has counted."""

    def __init__(self, unit=1, bits=0, mode="good", every=1):
        self.unit, self.bits, self.mode, self.every = unit, bits, mode, every
        self.requests = self.bad = 0
        self.stale = None  # a frame kept for the next request
        self.random = random.Random(unit)

    def reply(self, pdu, bits):
        function, address, count = struct.unpack(">BHH", pdu[:5])
        values = [bits >> (address + n) & 1 for n in range(count)]
        if function in READ_BITS:
            body = sum(bit << n for n, bit in enumerate(values)).to_bytes((count + 7) // 8, "little")
        elif function in READ_WORDS:
            body = struct.pack(f">{count}H", *values)
        else:
            return bytes([function | 0x80, 1])
        return bytes([function, len(body)]) + body

    def good_next(self):
        """Counts a request; whether it deserves the truth."""
        self.requests += 1
        if self.mode == "good" or self.requests % self.every:
            return True
        self.bad += 1
        return False


class Request:
    """What a mode works with: the request, and the true and the opposite reply."""

    def __init__(self, device, unit, pdu, tid=0, last_tid=0):
        self.device, self.unit, self.pdu, self.tid, self.last_tid = device, unit, pdu, tid, last_tid
        self.true = device.reply(pdu, device.bits)
        self.false = device.reply(pdu, ~device.bits)

    def garbage(self):
        return self.device.random.randbytes(self.device.random.randint(1, 40))


def exception(request, code):
    return bytes([request.pdu[0] | 0x80, code])


def tcp_frame(request, pdu, tid=None, unit=None, protocol=0, length=None):
    return struct.pack(">HHHB", (request.tid if tid is None else tid) & 0xFFFF, protocol,
                       len(pdu) + 1 if length is None else length, request.unit if unit is None else unit) + pdu


def rtu_frame(request, pdu, unit=None):
    data = bytes([request.unit if unit is None else unit]) + pdu
    return data + crc(data)


# A mode yields steps: bytes to send, seconds to wait, or CLOSE. The comment is what --list prints.

def tcp_late(r):
    """the answer comes when the next request is already under way"""
    yield 0.22
    yield tcp_frame(r, r.false)


def tcp_duplicate(r):
    """the answer, and a second one with the same transaction id"""
    yield tcp_frame(r, r.true) + tcp_frame(r, r.false)


def tcp_ahead(r):
    """the answer, and one to the request that is not yet sent"""
    yield tcp_frame(r, r.true)
    yield 0.01
    yield tcp_frame(r, r.false, tid=r.tid + 1)


def tcp_earlier(r):
    """first an answer to the request before, then the right one"""
    yield tcp_frame(r, r.false, tid=r.last_tid)
    yield tcp_frame(r, r.true)


def tcp_wrong_id(r):
    """a transaction id that nobody used"""
    yield tcp_frame(r, r.false, tid=r.tid ^ 0x5A5A)


def tcp_zero_id(r):
    """transaction id 0, as careless devices send it"""
    yield tcp_frame(r, r.false, tid=0)


def tcp_wrong_unit(r):
    """another unit's answer"""
    yield tcp_frame(r, r.false, unit=r.unit + 1)


def tcp_wrong_protocol(r):
    """a protocol that is not 0"""
    yield tcp_frame(r, r.false, protocol=0x1200)


def tcp_length_long(r):
    """a length field that promises more than comes"""
    yield tcp_frame(r, r.false, length=0x7FFF)


def tcp_length_short(r):
    """a length field that covers less than the reply"""
    yield tcp_frame(r, r.false, length=len(r.false))


def tcp_length_zero(r):
    """a length field of 0"""
    yield tcp_frame(r, r.false, length=0)


def tcp_trailing_inside(r):
    """more bytes in the frame than the byte count says"""
    yield tcp_frame(r, r.false + b"\x55\xaa\x55")


def tcp_trailing_outside(r):
    """bytes behind the frame"""
    yield tcp_frame(r, r.true) + b"\x00\x01\x00"


def tcp_two_writes(r):
    """a right answer in two segments: no attack, and must be taken"""
    data = tcp_frame(r, r.true)
    yield data[:5]
    yield 0.02
    yield data[5:]


def tcp_accept_and_close(r):
    """the connection ends where the answer should be"""
    yield CLOSE


def any_short(frame):
    def short(r):
        """half of a frame, then nothing"""
        data = frame(r, r.false)
        yield data[:len(data) - 2]
    return short


def any_short_close(frame):
    def short_close(r):
        """half of a frame, then the end of the connection"""
        yield frame(r, r.false)[:-1]
        yield CLOSE
    return short_close


def any_byte_count(frame):
    def byte_count(r):
        """a byte count that does not fit the request"""
        yield frame(r, bytes([r.false[0], r.false[1] + 1]) + r.false[2:] + b"\xff")
    return byte_count


def any_wrong_function(frame):
    def wrong_function(r):
        """another function's answer"""
        yield frame(r, bytes([r.false[0] ^ 3]) + r.false[1:])
    return wrong_function


def any_garbage(frame):
    def garbage(r):
        """random bytes"""
        yield r.garbage()
    return garbage


def any_trickle(frame):
    def trickle(r):
        """a frame that comes one byte every 300 ms"""
        for byte in frame(r, r.false):
            yield bytes([byte])
            yield TRICKLE_S
    return trickle


def any_silent(frame):
    def silent(r):
        """never an answer"""
        return iter(())
    return silent


def any_exception(frame, code):
    def refuse(r):
        yield frame(r, exception(r, code))
    refuse.__doc__ = f"exception {code}"
    return refuse


def rtu_late(r):
    """the answer comes some time after the deadline"""
    yield r.device.random.uniform(0.07, 0.3)
    yield rtu_frame(r, r.false)


def rtu_stale(r):
    """the answer comes right after the next request, as if it were that one's; the right one follows"""
    r.device.stale = rtu_frame(r, r.false)
    return iter(())


def rtu_duplicate(r):
    """the answer, and a second one at once"""
    yield rtu_frame(r, r.true) + rtu_frame(r, r.false)


def rtu_wrong_crc(r):
    """one bit of the checksum is wrong"""
    data = rtu_frame(r, r.false)
    yield data[:-1] + bytes([data[-1] ^ 1])


def rtu_flipped(r):
    """the bits of the true answer turned on the way; the checksum is of the truth"""
    data = rtu_frame(r, r.true)
    yield data[:3] + bytes([data[3] ^ 0xFF]) + data[4:]


def rtu_wrong_unit(r):
    """the neighbour's address on the answer"""
    yield rtu_frame(r, r.false, unit=r.unit + 1)


def rtu_noise_before(r):
    """noise, then the right frame"""
    yield b"\x00\xff" + rtu_frame(r, r.true)


def rtu_noise_after(r):
    """the right frame, then noise"""
    yield rtu_frame(r, r.true) + b"\xff\x00"


def rtu_echo(r):
    """the request comes back and nothing else"""
    yield rtu_frame(r, r.pdu)


def modes(prefix, frame, names, codes=(*range(1, 12), 99)):
    table = {name[len(prefix):]: mode for name, mode in globals().items() if name.startswith(prefix) and name != frame.__name__}
    table.update({name: globals()["any_" + name](frame) for name in names})
    table.update({f"exception_{code}": any_exception(frame, code) for code in codes})
    return table


COMMON = ["short", "byte_count", "wrong_function", "garbage", "trickle", "silent"]
TCP_MODES = modes("tcp_", tcp_frame, [*COMMON, "short_close"])
RTU_MODES = modes("rtu_", rtu_frame, COMMON)
# a serial line cannot tell a late answer from one in time when every answer is late
NEVER_ALWAYS = {("rtu", "late"), ("rtu", "stale")}


def steps_of(device, request, table, frame):
    stale, device.stale = device.stale, None
    if stale:
        device.good_next()
        return iter([stale, SLOW_S, frame(request, request.true)])
    if device.good_next():
        return [frame(request, request.true)]
    return table[device.mode](request)


class TcpServer:
    """One device on one loopback port; every connection has its thread."""

    def __init__(self, device, port=0):
        self.device = device
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        last_tid = 0
        with connection:
            try:
                while True:
                    tid, _, length, unit = struct.unpack(">HHHB", receive(connection, 7))
                    pdu = receive(connection, length - 1)
                    request = Request(self.device, unit, pdu, tid, last_tid)
                    last_tid = tid
                    for step in steps_of(self.device, request, TCP_MODES, tcp_frame):
                        if step is CLOSE:
                            return
                        if isinstance(step, float):
                            time.sleep(step)
                        else:
                            connection.sendall(step)
            except (OSError, EOFError, struct.error):
                return

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def receive(connection, count):
    data = b""
    while len(data) < count:
        part = connection.recv(count - len(data))
        if not part:
            raise EOFError
        data += part
    return data


class RtuBus:
    """Units on one pty. Slow answers run in threads of their own, so that they delay nobody but their unit."""

    def __init__(self, devices, path):
        self.devices = {device.unit: device for device in devices}
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        tty.setraw(self.master)
        self.path = path
        os.symlink(os.ttyname(self.slave), path)
        self.open = True
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        buffer = b""
        while self.open:
            ready, _, _ = select.select([self.master], [], [], FRAME_GAP_S)
            if not ready:
                buffer = b""
                continue
            try:
                buffer += os.read(self.master, 256)
            except OSError:
                return
            while len(buffer) >= REQUEST_RTU:
                frame, buffer = buffer[:REQUEST_RTU], buffer[REQUEST_RTU:]
                self.answer(frame)

    def answer(self, frame):
        device = self.devices.get(frame[0])
        if device is None or crc(frame[:-2]) != frame[-2:]:
            return
        request = Request(device, frame[0], frame[1:-2])
        steps = steps_of(device, request, RTU_MODES, rtu_frame)
        if isinstance(steps, list):
            self.play(steps)
        else:
            threading.Thread(target=self.play, args=(steps,), daemon=True).start()

    def play(self, steps):
        for step in steps:
            if not self.open:
                return
            if isinstance(step, float):
                time.sleep(step)
            else:
                os.write(self.master, step)

    def close(self):
        self.open = False
        os.unlink(self.path)


def print_modes():
    for kind, table in (("tcp", TCP_MODES), ("rtu", RTU_MODES)):
        for name, mode in table.items():
            print(f"{kind}  {name:17} {mode.__doc__}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--tcp", type=int, metavar="PORT")
    where.add_argument("--rtu", metavar="PATH")
    where.add_argument("--list", action="store_true")
    parser.add_argument("--mode", default="good")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--unit", type=int, default=1)
    parser.add_argument("--bits", type=lambda text: int(text, 0), default=0)
    options = parser.parse_args()
    if options.list:
        print_modes()
        return 0
    table = RTU_MODES if options.rtu else TCP_MODES
    if options.mode != "good" and options.mode not in table:
        parser.error(f"no such mode; one of: good {' '.join(table)}")
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    device = Device(options.unit, options.bits, options.mode, options.every)
    server = RtuBus([device], options.rtu) if options.rtu else TcpServer(device, options.tcp)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    server.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
