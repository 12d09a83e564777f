# SPDX-License-Identifier: Apache-2.0
"""picket-sim as a process: what it serves on real ports and ptys, how it is told, and how it ends."""
import fcntl
import json
import os
import re
import signal
import socket
import struct
import termios
import time
import unittest

import rig as rigging

SITE = """
picket: 1
site: s
gateway: g
title: Simulated
broker: {urls: ["BROKER"]}
journal: {dir: FOLDER/journal}
links:
  net: {url: "TCP_net", timeout_ms: 200}
  shared: {url: "TCP_shared", timeout_ms: 200}
  bus: {url: "rtu:TTY_bus?baud=19200&parity=even&stop=1", timeout_ms: 60}
devices:
  io: {link: net, unit: 1, scan_ms: 100, points: {di: {table: discrete, address: 0, count: 16}}}
  left: {link: shared, unit: 1, scan_ms: 100, points: {di: {table: discrete, address: 4, count: 4}}}
  right: {link: shared, unit: 2, scan_ms: 100, points: {out: {table: coil, address: 10, count: 8}}}
  fence: {link: bus, unit: 11, scan_ms: 150, points: {hit: {table: discrete, address: 0, count: 8}}}
  words: {link: bus, unit: 12, scan_ms: 150, points: {bit: {table: input, address: 100, bit: 0, count: 20}}}
areas: {a: {title: A}}
sensors:
  door: {kind: door, area: a, contact: io/di/0, bolt: io/di/1, tamper: not io/di/2}
  mains: {kind: power, area: a, input: not io/di/5}
  f1: {kind: fence, area: a, hit: fence/hit/1}
  gas: {kind: input, area: a, input: words/bit/17}
"""
CHARACTER_BITS = 11  # a character at 19200 8E1: start, 8, parity, stop


def read_request(transaction, unit, function, address, count):
    return struct.pack(">HHHBBHH", transaction, 0, 6, unit, function, address, count)


class SimCase(rigging.RigCase):
    def start(self, *options):
        self.site = self.rig(SITE)
        self.site.start_wires(*options)
        self.pty = os.path.join(self.site.folder, "tty-bus")
        return self.site

    def mbpoll(self, *options, where):
        """One poll by mbpoll: {address: value}, or the text of its failure."""
        _, out = self.site.run("mbpoll", "-1", "-0", "-q", "-o", "0.5", *options, where, check=False)
        rows = {int(a): int(v) for a, v in re.findall(r"^\[(\d+)\]:\s+(\d+)", out, re.M)}
        return rows or out

    def tcp(self, name, unit, table, address, count):
        return self.mbpoll("-m", "tcp", "-p", self.site.port(name), "-a", unit, "-t", table, "-r", address, "-c", count,
                           where="127.0.0.1")

    def rtu(self, unit, table, address, count):
        return self.mbpoll("-m", "rtu", "-b", 19200, "-P", "even", "-a", unit, "-t", table, "-r", address, "-c", count,
                           where=self.pty)

    def dial(self, name):
        connection = socket.create_connection(("127.0.0.1", self.site.port(name)), 5)
        self.addCleanup(connection.close)
        return connection

    def ask(self, connection, request):
        connection.sendall(request)
        return self.take(connection)

    @staticmethod
    def take(connection):
        """One whole answer, by its MBAP length."""
        data = b""
        while len(data) < 6 or len(data) < 6 + struct.unpack(">H", data[4:6])[0]:
            more = connection.recv(1 if len(data) < 6 else 6 + struct.unpack(">H", data[4:6])[0] - len(data))
            if not more:
                return data
            data += more
        return data


class Wire(SimCase):
    def test_tcp_inputs_before_and_after(self):
        self.start()
        at_rest = {0: 0, 1: 1, 2: 1, 3: 0, 4: 0, 5: 1}  # closed, bolt thrown, two inverted inputs
        self.assertEqual(self.tcp("net", 1, 1, 0, 6), at_rest)
        self.site.sim("set", "door", "open")
        self.assertEqual(self.tcp("net", 1, 1, 0, 6), {**at_rest, 0: 1, 1: 0})
        self.site.sim("set", "door", "closed")
        self.site.sim("set", "mains", "lost")
        self.assertEqual(self.tcp("net", 1, 1, 0, 6), {**at_rest, 5: 0})

    def test_serial_inputs_and_registers(self):
        self.start()
        self.assertEqual(self.rtu(11, 1, 0, 4), {0: 0, 1: 0, 2: 0, 3: 0})
        self.site.sim("set", "f1.hit", "on")
        self.assertEqual(self.rtu(11, 1, 0, 4), {0: 0, 1: 1, 2: 0, 3: 0})
        self.site.sim("set", "gas", "on")
        self.assertEqual(self.rtu(12, 3, 100, 2), {100: 0, 101: 2})  # bit 17 is bit 1 of the second register

    def test_serial_answer_takes_its_time_on_the_wire(self):
        self.start()
        fd = os.open(self.pty, os.O_RDWR | os.O_NOCTTY)
        self.addCleanup(os.close, fd)
        start = time.monotonic()
        os.write(fd, bytes.fromhex("0b02000000047963"))
        answer = b""
        while len(answer) < 6:
            answer += os.read(fd, 6 - len(answer))
        self.assertEqual(answer.hex()[:8], "0b020100")
        self.assertGreaterEqual(time.monotonic() - start, (8 + 3.5 + 6) * CHARACTER_BITS / 19200)

    def test_noise_on_the_bus_ends_with_silence(self):
        self.start()
        fd = os.open(self.pty, os.O_RDWR | os.O_NOCTTY)
        os.write(fd, b"\x0b\x02\xff\xff\xff\xff\xff\xff\x55\xaa")
        os.close(fd)
        rigging.wait_for(lambda: self.rtu(11, 1, 0, 2) == {0: 0, 1: 0}, "the bus to be of use again")

    def test_what_is_not_there_is_refused(self):
        self.start()
        self.assertIn("Illegal data address", self.tcp("net", 1, 1, 0, 17))
        self.assertIn("Illegal data address", self.tcp("net", 1, 3, 0, 1))
        self.assertIn("Target device failed to respond", self.tcp("net", 9, 1, 0, 1))
        self.assertIn("timed out", self.rtu(13, 1, 0, 1))

    def test_coils_can_be_written(self):
        self.start()
        self.site.run("mbpoll", "-1", "-0", "-q", "-m", "tcp", "-p", self.site.port("shared"), "-a", 2, "-t", 0, "-r", 12,
                      "127.0.0.1", 1)
        self.assertEqual(self.tcp("shared", 2, 0, 10, 4), {10: 0, 11: 0, 12: 1, 13: 0})
        self.assertIn("right/out/2 1", self.site.sim("get", "right/out/2")[1])

    def test_any_pieces(self):
        self.start()
        connection = self.dial("net")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        request = read_request(7, 1, 2, 0, 2)
        for byte in request[:-1]:
            connection.sendall(bytes([byte]))
        self.assertEqual(self.ask(connection, request[-1:]).hex(), "00070000000401020102")
        connection.sendall(read_request(8, 1, 2, 0, 1) + read_request(9, 1, 2, 1, 1))
        self.assertEqual(self.take(connection).hex(), "00080000000401020100")
        self.assertEqual(self.take(connection).hex(), "00090000000401020101")

    def test_malformed_requests(self):
        self.start()
        connection = self.dial("net")
        short = struct.pack(">HHHBB", 1, 0, 2, 1, 2)
        self.assertEqual(self.ask(connection, short).hex(), "000100000003018203")
        self.assertEqual(self.ask(connection, struct.pack(">HHHBB", 2, 0, 2, 1, 0x64)).hex(), "00020000000301e401")
        self.assertEqual(self.ask(connection, struct.pack(">HHHBB", 3, 0, 2, 1, 0x07)).hex(), "000300000003018701")
        neighbour = self.dial("net")
        self.assertEqual(self.ask(connection, b"GET / HTTP/1.1\r\n\r\n"), b"")
        self.assertEqual(self.ask(neighbour, read_request(5, 1, 2, 0, 1)).hex(), "00050000000401020100")


    @unittest.skipUnless(os.geteuid(), "nothing is locked for root")
    def test_a_reader_that_ends_takes_its_lock_with_it(self):
        self.start()
        fd = os.open(self.pty, os.O_RDWR | os.O_NOCTTY)
        fcntl.ioctl(fd, termios.TIOCEXCL)
        with self.assertRaises(OSError):
            os.open(self.pty, os.O_RDWR | os.O_NOCTTY)
        os.close(fd)
        rigging.wait_for(lambda: self.rtu(11, 1, 0, 1) == {0: 0}, "the port to be free")


class Faults(SimCase):
    def test_killed_tcp_device_has_no_port(self):
        self.start()
        connection = self.dial("net")
        self.site.sim("kill", "io")
        self.assertEqual(connection.recv(1), b"")
        with self.assertRaises(ConnectionRefusedError):
            self.dial("net")
        self.assertIn("killed", self.site.sim("list")[1])
        self.site.sim("revive", "io")
        self.assertEqual(self.tcp("net", 1, 1, 0, 1), {0: 0})

    def test_device_behind_a_shared_gateway(self):
        self.start()
        self.site.sim("kill", "left")
        self.assertIn("Target device failed to respond", self.tcp("shared", 1, 1, 4, 1))
        self.assertEqual(self.tcp("shared", 2, 0, 10, 1), {10: 0})
        self.site.sim("revive", "left")
        self.assertEqual(self.tcp("shared", 1, 1, 4, 1), {4: 0})

    def test_frozen_takes_and_never_answers(self):
        self.start()
        self.site.sim("freeze", "net")
        connection = self.dial("net")
        connection.settimeout(0.5)
        with self.assertRaises(TimeoutError):
            self.ask(connection, read_request(1, 1, 2, 0, 1))
        self.site.sim("revive", "net")
        self.assertEqual(self.ask(connection, read_request(2, 1, 2, 0, 1)).hex(), "00020000000401020100")

    def test_dead_slave_on_the_bus(self):
        self.start()
        for verb in ("kill", "freeze"):
            self.site.sim(verb, "fence")
            self.assertIn("timed out", self.rtu(11, 1, 0, 1))
            self.assertEqual(self.rtu(12, 3, 100, 1), {100: 0})
            self.site.sim("revive", "fence")
            self.assertEqual(self.rtu(11, 1, 0, 1), {0: 0})

    def test_dead_bus(self):
        self.start()
        self.site.sim("kill", "bus")
        self.assertIn("timed out", self.rtu(11, 1, 0, 1))
        self.assertIn("timed out", self.rtu(12, 3, 100, 1))
        self.site.sim("revive", "bus")
        self.assertEqual(self.rtu(11, 1, 0, 1), {0: 0})

    def test_slow(self):
        self.start()
        connection = self.dial("net")
        self.site.sim("slow", "io", "150", "50")
        for transaction in range(3):
            start = time.monotonic()
            self.ask(connection, read_request(transaction, 1, 2, 0, 1))
            self.assertGreaterEqual(time.monotonic() - start, 0.15)
        self.site.sim("slow", "io", "0")
        self.assertEqual(len(self.ask(connection, read_request(9, 1, 2, 0, 1))), 10)


class Commands(SimCase):
    def test_exit_codes_and_nearest_names(self):
        self.start()
        for words, code, text in [
                (("set", "door", "open"), 0, "door open; undo: set door closed"),
                (("set", "door", "opne"), 2, "did you mean 'open'?"),
                (("set", "doro", "open"), 1, "did you mean 'door'?"),
                (("kill", "buss"), 1, "did you mean 'bus'?"),
                (("sett", "door", "open"), 2, "did you mean 'set'?"),
                (("set", "door"), 2, "Usage: set"),
                (("set", "door", "open", "2"), 2, "is no moment"),
                (("slow", "io", "99999999"), 2, "milliseconds"),
                (("kill", "door", "--json"), 2, "no --json"),
                ((), 2, "--help"), (("--bad",), 2, "--help"), (("--help",), 0, "picket-sim site.yaml"),
                (("--version",), 0, "picket-sim 0."), (("nosuch.yaml",), 1, "nosuch.yaml")]:
            with self.subTest(words=words):
                done, out = self.site.sim(*words, check=False)
                self.assertEqual((done, text in out), (code, True), out)

    def test_no_simulator(self):
        self.site = self.rig(SITE)
        self.assertEqual(self.site.sim("list", check=False)[0], 3)
        self.assertEqual(self.site.sim("list", "--control", "/nonexistent/x.sock", check=False)[0], 3)

    def test_json(self):
        self.start()
        self.site.sim("set", "door", "tamper")
        door = json.loads(self.site.sim("get", "door", "--json")[1])
        self.assertEqual(door["inputs"]["tamper"], {"on": True, "point": "io/di/2", "value": 0})
        everything = json.loads(self.site.sim("list", "--json")[1])
        self.assertEqual([len(everything[k]) for k in ("links", "devices", "sensors")], [3, 5, 4])

    def test_several_commands_on_one_connection(self):
        self.start()
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(self.site.environment["PICKET_SIM_SOCKET"])
            control.sendall(b"set door open\nset nothing open\nget io/di/0\n")
            lines = control.makefile()
            self.assertEqual([lines.readline()[:2] for _ in range(3)], ["0 ", "1 ", "0 "])
            control.sendall(b"x" * 5000)  # a line without an end
            with self.assertRaises(ConnectionError):
                while lines.readline():
                    pass
                raise ConnectionResetError  # an orderly end will do as well
        self.assertEqual(self.site.sim("list")[0], 0)

    def log_of(self, path):
        with open(path, encoding="utf-8") as file:
            return [(w, int(ns), device, point, int(value)) for w, ns, device, point, value in map(str.split, file)]

    def test_log_of_flips_and_first_answers(self):
        path = os.path.join(self.rig_folder(), "flips")
        self.start("--log", path)
        self.tcp("net", 1, 1, 0, 16)
        self.site.sim("set", "io/di/9", "on")
        self.tcp("net", 1, 1, 0, 9)  # does not cover it
        self.tcp("net", 1, 1, 8, 2)
        self.tcp("net", 1, 1, 8, 2)
        rows = self.log_of(path)
        self.assertEqual([(r[0],) + r[2:] for r in rows], [("F", "io", "di/9", 1), ("V", "io", "di/9", 1)])
        self.assertLess(rows[0][1], rows[1][1])

    def rig_folder(self):
        return self.rig(SITE).folder

    def test_hits_come_a_second_apart_and_last_300_ms(self):
        path = os.path.join(self.rig_folder(), "flips")
        self.start("--log", path)
        self.site.sim("set", "f1", "hit", "2")
        rows = rigging.wait_for(lambda: len(self.log_of(path)) == 4 and self.log_of(path), "two hits")
        times = [r[1] / 1e9 - rows[0][1] / 1e9 for r in rows]
        self.assertEqual([r[4] for r in rows], [1, 0, 1, 0])
        for at, wanted in zip(times, (0, 0.3, 1, 1.3)):
            self.assertGreaterEqual(at, wanted - 0.005)
            self.assertLess(at, wanted + 0.5)


class Scenarios(SimCase):
    def scenario(self, text):
        path = os.path.join(self.site.folder, "story.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def test_runs_to_its_end(self):
        self.start()
        self.scenario("- say: a door\n  set: {door: open, gas: on}\n- {at: 0.4, do: kill bus}\n"
                      "- {after: 0.2, set: {door: closed}}\n")
        start = time.monotonic()
        code, out = self.site.sim("run", "story.yaml")
        self.assertEqual(code, 0)
        self.assertGreaterEqual(time.monotonic() - start, 0.6)
        self.assertEqual([line.split(";")[0] for line in out.splitlines()],
                         ["a door", "door open", "gas on", "link bus is killed", "door closed", "the scenario is over"])
        self.assertEqual(self.tcp("net", 1, 1, 0, 2), {0: 0, 1: 1})
        self.assertIn("timed out", self.rtu(11, 1, 0, 1))

    def test_mistakes_have_a_place(self):
        self.start()
        self.scenario("- say: x\n- {after: 1, set: {door: opne}}\n- {at: 0.5, do: kil io}\n- {wen: 3, say: y}\n"
                      "- {do: run other}\n- {after: 1}\n- {after: soon, say: z}\n")
        code, out = self.site.sim("run", "story.yaml", check=False)
        self.assertEqual(code, 1)
        for place, text in [("2:20", "did you mean 'open'?"), ("3:8", "the step above is later"), ("3:17", "'kill'"),
                            ("4:4", "a step has"), ("5:8", "cannot run"), ("6:3", "without a deed"),
                            ("7:11", "seconds from 0")]:
            self.assertRegex(out, rf"story\.yaml:{place}: .*{re.escape(text)}")

    def test_a_step_that_fails_ends_it(self):
        self.start()
        self.site.sim("kill", "net")
        with socket.create_server(("127.0.0.1", self.site.port("net"))):
            self.scenario("- do: revive net\n- set: {door: open}\n")
            code, out = self.site.sim("run", "story.yaml", check=False)
        self.assertEqual((code, "another program" in out), (1, True), out)
        self.assertIn("contact=off", self.site.sim("get", "door")[1])

    def test_given_at_the_start_and_interrupted(self):
        self.site = self.rig(SITE)
        path = self.scenario("- set: {door: open}\n- {after: 3600, do: quit}\n")
        self.site.start_wires("--scenario", path)
        rigging.wait_for(lambda: "contact=on" in self.site.sim("get", "door")[1], "the door to open")
        self.assertEqual(self.site.wires.stop(), 1)

    def test_quits_by_itself(self):
        self.site = self.rig(SITE)
        self.site.start_wires("--scenario", self.scenario("- {at: 1.5, do: quit}\n"))
        rigging.wait_for(lambda: not self.site.wires.alive(), "the simulator to end")
        self.assertEqual(self.site.wires.stop(), 0)


class StartAndEnd(SimCase):
    def test_signals_leave_nothing_behind(self):
        for signum in (signal.SIGTERM, signal.SIGINT):
            self.start()
            self.assertTrue(os.path.islink(self.pty))
            self.site.wires.send(signum)
            self.assertEqual(self.site.wires.process.wait(rigging.END_S), 0)
            self.assertFalse(os.path.lexists(self.pty))
            self.assertFalse(os.path.lexists(self.site.environment["PICKET_SIM_SOCKET"]))

    def test_says_when_it_is_ready(self):
        self.start()
        self.assertIn("ready: 5 devices on 3 links, control ", self.site.wires.text())

    def test_starts_again_after_a_crash(self):
        self.start()
        self.site.wires.kill()
        self.assertTrue(os.path.islink(self.pty))
        self.site.start_wires()
        self.assertEqual(self.rtu(11, 1, 0, 1), {0: 0})

    def refused(self, site, text):
        code, out = self.site.sim(self.site.write("other.yaml", site), "--control",
                                  os.path.join(self.site.folder, "other.sock"), check=False)
        self.assertEqual((code, text in out), (1, True), out)

    def test_will_not_disturb_another(self):
        self.start()
        self.refused(SITE, "link bus: ")  # its symlink is in use
        self.refused(SITE.replace("TTY_bus", "TTY_bus2"), "link net: cannot listen")
        self.assertEqual(self.tcp("net", 1, 1, 0, 1), {0: 0})
        self.assertEqual(self.rtu(11, 1, 0, 1), {0: 0})
        code, out = self.site.sim(self.site.write("third.yaml", re.sub(r"(TCP|TTY)_(\w+)", r"\1_\2x", SITE)), check=False)
        self.assertEqual((code, "another picket-sim plays at" in out), (1, True), out)
        self.assertEqual(os.path.lexists(os.path.join(self.site.folder, "tty-busx")), False)

    def test_serves_loopback_only(self):
        self.site = self.rig(SITE)
        self.refused(SITE.replace("TCP_shared", "tcp://10.20.1.11:502"), "link shared: 10.20.1.11 is not a loopback address")

    def test_takes_no_place_of_a_file(self):
        self.site = self.rig(SITE)
        self.site.write("tty-bus", "precious")
        self.refused(SITE, "exists")
        with open(os.path.join(self.site.folder, "tty-bus"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "precious\n")

    def test_all_errors_of_the_site_file(self):
        self.site = self.rig(SITE)
        self.refused(SITE.replace("kind: power", "kind: pwer"), "other.yaml:")


if __name__ == "__main__":
    unittest.main(verbosity=2)
