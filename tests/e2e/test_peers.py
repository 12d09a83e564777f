# SPDX-License-Identifier: Apache-2.0
"""Peers that nobody here wrote: pymodbus as a device for picketd, mbpoll as a master of what picket-sim serves.

With --device PORT this file is that device: a pymodbus TCP server whose inputs stand as its stdin says,
one "FUNCTION ADDRESS VALUE" a line.
"""
import os
import re
import subprocess
import sys
import threading

import rig as rigging

SITE = """
picket: 1
site: peers
gateway: g
title: Peers
broker: {urls: ["BROKER"]}
journal: {dir: FOLDER/journal}
links:
  net: {url: "TCP_net", timeout_ms: 500}
devices:
  io:
    link: net
    unit: 3
    scan_ms: 100
    points:
      di: {table: discrete, address: 0, count: 8}
      bit: {table: input, address: 40, bit: 0, count: 20}
areas: {a: {title: A}}
sensors:
  door: {kind: door, area: a, contact: io/di/2}
  lid: {kind: tamper, area: a, input: io/di/3}
  gas: {kind: input, area: a, input: io/bit/17}
"""
UNIT = 3


def be_device(port):
    from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
    from pymodbus.server import StartTcpServer

    slave = ModbusSlaveContext(di=ModbusSequentialDataBlock(0, [0] * 8), ir=ModbusSequentialDataBlock(40, [0, 0]),
                               co=ModbusSequentialDataBlock(0, [0]), hr=ModbusSequentialDataBlock(0, [0]), zero_mode=True)

    def follow():
        for line in sys.stdin:
            function, address, value = map(int, line.split())
            slave.setValues(function, address, [value])
        os._exit(0)  # whoever held the other end is gone

    threading.Thread(target=follow, daemon=True).start()
    StartTcpServer(context=ModbusServerContext(slaves={UNIT: slave}, single=False), address=("127.0.0.1", port),
                   allow_reuse_address=True)


class PymodbusDevice(rigging.RigCase):
    def setUp(self):
        self.device = None

    def start_device(self):
        with open(os.path.join(self.site.folder, "pymodbus.log"), "ab") as log:
            self.device = subprocess.Popen([sys.executable, "-B", os.path.abspath(__file__), "--device",
                                            str(self.site.port("net"))], stdin=subprocess.PIPE, text=True, stderr=log)
        self.addCleanup(self.stop_device)
        rigging.wait_for(lambda: rigging.listens(self.site.port("net")), "pymodbus to listen")

    def stop_device(self):
        if self.device:
            self.device.stdin.close()
            self.device.wait(rigging.END_S)
            self.device = None

    def put(self, function, address, value):
        self.device.stdin.write(f"{function} {address} {value}\n")
        self.device.stdin.flush()

    def start(self):
        self.site = self.rig(SITE)
        self.start_device()
        self.site.broker.run()
        self.site.subscriber.run()
        self.site.wait_subscribed()
        self.site.start_daemon()

    def test_inputs_become_alarms_and_clear(self):
        self.start()
        for function, address, value, sensor, condition in [(2, 2, 1, "door", "door.forced"), (2, 3, 1, "lid", "tamper"),
                                                            (4, 41, 2, "gas", "input.active")]:
            with self.subTest(sensor=sensor):
                self.put(function, address, value)
                raised = self.site.wait_event("picket.alarm.raised", sensor, condition)
                self.put(function, address, 0)
                self.site.wait_event("picket.alarm.cleared" if sensor == "gas" else "picket.sensor.changed", sensor,
                                     after=raised["data"]["seq"])
        self.site.check_stream()

    def test_the_peer_goes_and_comes_back(self):
        self.start()
        self.put(2, 3, 1)
        self.site.wait_event("picket.alarm.raised", "lid", "tamper")
        self.stop_device()
        lost = self.site.wait_event("picket.device.lost", "io")
        self.start_device()
        self.site.wait_event("picket.device.restored", "io", after=lost["data"]["seq"])
        self.site.check_stream()


class MbpollMaster(rigging.RigCase):
    def poll(self, *options):
        _, out = self.site.run("mbpoll", "-1", "-0", "-q", "-m", "tcp", "-p", self.site.port("net"), "-a", UNIT, *options,
                               "127.0.0.1", check=False)
        return {int(a): int(v) for a, v in re.findall(r"^\[(\d+)\]:\s+(\d+)", out, re.M)} or out

    def test_reads_what_is_played(self):
        self.site = self.rig(SITE)
        self.site.start_wires()
        self.site.sim("set", "door", "open")
        self.site.sim("set", "gas", "on")
        self.assertEqual(self.poll("-t", 1, "-r", 0, "-c", 8), {i: int(i == 2) for i in range(8)})
        self.assertEqual(self.poll("-t", 3, "-r", 40, "-c", 2), {40: 0, 41: 2})
        self.assertIn("Illegal data address", self.poll("-t", 3, "-r", 39, "-c", 2))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--device"]:
        be_device(int(sys.argv[2]))
    else:
        rigging.main()
