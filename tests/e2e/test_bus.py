# SPDX-License-Identifier: Apache-2.0
"""What goes out on the wires beside the scans: outputs, peek and poke, frames, identities.

With --device PORT NAME this file is a pymodbus TCP server that names itself NAME (functions 43/14).
"""
import json
import os
import sys
import time

import rig as rigging

SITE = """
picket: 1
site: bus
gateway: g
title: Bus
broker: {urls: ["BROKER"], allow: [ack, reset, output]}
journal: {dir: FOLDER/journal}
control: {poke: true}
links:
  net: {url: "TCP_net", timeout_ms: 500}
devices:
  io:
    link: net
    unit: 3
    scan_ms: 100
    points:
      di: {table: discrete, address: 0, count: 8}
      siren: {table: coil, address: 4, write: true}
      lamp: {table: coil, address: 5, write: true}
      free: {table: coil, address: 9}
      level: {table: holding, address: 20, type: u16}
areas: {a: {title: A}}
sensors:
  panic: {kind: duress, area: a, input: io/di/2}
  lid: {kind: tamper, area: a, input: io/di/3}
outputs:
  horn: {point: io/siren, on: [panic], pulse_s: PULSE}
  light: {point: io/lamp, on: [lid/tamper]}
"""
IDENTITY = """
picket: 1
site: who
gateway: g
title: Who
broker: {urls: ["BROKER"]}
journal: {dir: FOLDER/journal}
links:
  net: {url: "TCP_net", timeout_ms: 500}
devices:
  io:
    link: net
    unit: 3
    scan_ms: 100
    identity: {vendor: Maker, product: M-1}
    points: {di: {table: discrete, address: 0, count: 8}}
areas: {a: {title: A}}
sensors:
  door: {kind: door, area: a, contact: io/di/2}
"""


def be_device(port, name):
    from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
    from pymodbus.device import ModbusDeviceIdentification
    from pymodbus.server import StartTcpServer

    identity = ModbusDeviceIdentification(info_name={"VendorName": name, "ProductCode": "M-1",
                                                     "MajorMinorRevision": "1.0"})
    slave = ModbusSlaveContext(di=ModbusSequentialDataBlock(0, [0] * 8), co=ModbusSequentialDataBlock(0, [0]),
                               ir=ModbusSequentialDataBlock(0, [0]), hr=ModbusSequentialDataBlock(0, [0]), zero_mode=True)
    StartTcpServer(context=ModbusServerContext(slaves={3: slave}, single=False), identity=identity,
                   address=("127.0.0.1", port), allow_reuse_address=True)


class BusCase(rigging.RigCase):
    def start(self, pulse_s=2):
        rig = self.rig(SITE.replace("PULSE", str(pulse_s)))
        rig.start()
        self.wait_settled(rig, "horn")
        return rig

    def coil(self, rig, address):
        """As a master that nobody here wrote reads it."""
        _, text = rig.run("mbpoll", "-m", "tcp", "-p", rig.port("net"), "-a", "3", "-t", "0", "-0", "-r", address,
                          "-c", "1", "-1", "-q", "127.0.0.1")
        return int(text.strip().splitlines()[-1].split(":")[1])

    def output(self, rig, name):
        return next(o for o in rig.ctl_json("outputs")["outputs"] if o["id"] == name)

    def wait_settled(self, rig, name):
        rigging.wait_for(lambda: self.output(rig, name)["state"] == "ok", f"{name} to be as it should",
                         deadline_s=15)

    def wait_coil(self, rig, address, value, deadline_s=10):
        rigging.wait_for(lambda: self.coil(rig, address) == value, f"coil {address} to be {value}", deadline_s)


class Outputs(BusCase):
    def test_pulse_begins_with_the_alarm_and_ends(self):
        rig = self.start()
        self.assertEqual(self.coil(rig, 4), 0)
        rig.sim("set", "panic", "press")
        on = rig.wait_event("picket.output.changed", subject="horn")
        self.assertEqual((on["data"]["value"], on["data"]["for_ms"], on["data"]["reason"]), (1, 2000, "panic/duress"))
        self.wait_coil(rig, 4, 1)
        off = rig.wait_event("picket.output.changed", subject="horn", after=on["data"]["seq"])
        self.assertEqual(off["data"]["value"], 0)
        self.wait_coil(rig, 4, 0)
        self.assertEqual(self.coil(rig, 5), 0)

    def test_level_follows_its_alarm(self):
        rig = self.start()
        rig.sim("set", "lid", "on")
        self.wait_coil(rig, 5, 1)
        rig.sim("set", "lid", "off")
        self.wait_coil(rig, 5, 0)

    def test_pulse_ends_though_the_gateway_died_in_it(self):
        rig = self.start(pulse_s=6)
        rig.sim("set", "panic", "press")
        self.wait_coil(rig, 4, 1)
        rig.daemon.kill()
        self.assertEqual(self.coil(rig, 4), 1)
        rig.start_daemon()
        self.wait_coil(rig, 4, 0, deadline_s=15)
        self.assertEqual([e["data"]["value"] for e in rig.journal() if e["type"] == "picket.output.changed"][-1], 0)

    def test_stuck_siren_is_switched_off_at_start(self):
        rig = self.rig(SITE.replace("PULSE", "2"))
        rig.broker.run()
        rig.subscriber.run()
        rig.wait_subscribed()
        rig.start_wires()
        rig.sim("set", "io/siren", "on")
        self.assertEqual(self.coil(rig, 4), 1)
        rig.start_daemon()
        self.wait_coil(rig, 4, 0)
        event = rig.wait_event("picket.output.changed", subject="horn")
        self.assertEqual((event["data"]["value"], event["data"]["reason"]), (0, "found on, switched off"))

    def test_somebody_else_switches_it(self):
        rig = self.start()
        rig.sim("set", "io/siren", "on")
        self.wait_coil(rig, 4, 0)

    def test_output_that_does_not_obey_fails_and_is_tried_on(self):
        rig = self.start(pulse_s=30)
        rig.sim("freeze", "io")
        rig.ctl("output", "horn", "on", "--reason", "a test")
        failed = rig.wait_event("picket.output.failed", subject="horn", deadline_s=30)
        self.assertEqual(failed["data"]["value"], 1)
        self.assertEqual(self.output(rig, "horn")["state"], "failed")
        rig.sim("revive", "io")
        self.wait_coil(rig, 4, 1, deadline_s=30)
        self.wait_settled(rig, "horn")

    def test_commands(self):
        rig = self.start()
        rig.ctl("output", "light", "on", "--for", "1h", "--reason", "a test")
        self.wait_coil(rig, 5, 1)
        event = rig.wait_event("picket.output.changed", subject="light")
        self.assertEqual((event["data"]["reason"], event["data"]["for_ms"]), ("a test", 3600000))
        rig.publish(rig.base + "command", json.dumps({
            "id": "1", "cmd": "output", "target": "light", "state": "off", "user": "op", "time": now_text()}))
        self.wait_coil(rig, 5, 0)
        self.assertEqual(rig.ctl("output", "nothing", "on", check=False)[0], 1)
        self.assertEqual(rig.ctl("output", "light", "sideways", check=False)[0], 2)


def now_text():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


class PeekAndPoke(BusCase):
    def test_peek(self):
        rig = self.start()
        rig.sim("set", "io/di/6", "on")
        answer = rig.ctl_json("peek", "net", "3", "discrete", "0", "8")
        self.assertEqual(answer["values"], [0, 0, 0, 0, 0, 0, 1, 0])
        self.assertIn("0x0000", rig.ctl("peek", "net", "3", "holding", "20")[1])
        code, text = rig.ctl("peek", "net", "3", "input", "60000", check=False)
        self.assertEqual(code, 1)
        self.assertIn("illegal data address", text)
        self.assertEqual(rig.ctl("peek", "nowhere", "3", "input", "0", check=False)[0], 2)
        before = rig.device("io")["good"]
        rigging.wait_for(lambda: rig.device("io")["good"] > before + 3, "polling to go on")

    def test_poke_is_an_event_and_never_an_output(self):
        rig = self.start()
        self.assertEqual(rig.ctl("poke", "net", "3", "coil", "9", "on", check=False)[0], 2)  # nobody said yes
        self.assertEqual(self.coil(rig, 9), 0)
        rig.ctl("poke", "net", "3", "coil", "9", "on", "--yes", "--reason", "a test")
        self.assertEqual(self.coil(rig, 9), 1)
        rig.ctl("poke", "net", "3", "holding", "20", "1200", "--yes")
        self.assertEqual(rig.ctl_json("peek", "net", "3", "holding", "20")["values"], [1200])
        event = rig.wait_event("picket.command.accepted")
        self.assertEqual(event["data"]["reason"], "poke net 3 coil 9 = 1: a test")
        self.assertTrue(event["data"]["user"])
        self.assertEqual(rig.ctl("poke", "net", "3", "coil", "4", "on", "--yes", check=False)[0], 4)
        rig.wait_event("picket.command.refused")
        self.assertEqual(self.coil(rig, 4), 0)

    def test_poke_wants_the_site_files_leave(self):
        rig = self.rig(SITE.replace("PULSE", "2").replace("control: {poke: true}", "control: {poke: false}"))
        rig.start()
        code, text = rig.ctl("poke", "net", "3", "coil", "9", "on", "--yes", check=False)
        self.assertEqual(code, 4)
        self.assertIn("control.poke", text)
        self.assertEqual(self.coil(rig, 9), 0)

    def test_trace(self):
        rig = self.start()
        _, text = rig.ctl("trace", "net", "--json", "-n", "8")
        frames = [json.loads(line) for line in text.splitlines()]
        self.assertGreaterEqual(len(frames), 8)
        self.assertEqual({f["direction"] for f in frames}, {"in", "out"})
        answer = next(f for f in frames if f["direction"] == "in")
        self.assertEqual(answer["fault"], "none")
        self.assertIn("unit 3 read", answer["text"])
        self.assertIn("-> unit 3 read", rig.ctl("trace", "net", "--device", "io", "-n", "4")[1])
        rig.sim("freeze", "io")
        _, text = rig.ctl("trace", "net", "--json", "-n", "8")
        self.assertIn("timeout", {json.loads(line).get("fault") for line in text.splitlines()})


class Identities(BusCase):
    def device_named(self, rig, name):
        return rig.child("device-" + name, sys.executable, "-B", os.path.abspath(__file__), "--device",
                         rig.port("net"), name)

    def test_another_device_is_substituted_and_its_values_are_bad(self):
        rig = self.rig(IDENTITY)
        rig.broker.run()
        rig.subscriber.run()
        rig.wait_subscribed()
        right = self.device_named(rig, "Maker")
        rig.start_daemon()
        self.wait_identity(rig, "proven")
        rigging.wait_for(lambda: self.quality(rig) == "good", "good values")
        right.kill()
        wrong = self.device_named(rig, "Other")
        raised = rig.wait_event("picket.alarm.raised", subject="io", condition="device.substituted", deadline_s=20)
        self.assertEqual(raised["data"]["priority"], 1)
        self.assertEqual(raised["data"]["reason"], "Other, M-1, 1.0")
        rigging.wait_for(lambda: self.quality(rig) == "bad", "bad values")
        self.wait_identity(rig, "substituted")
        self.assertIn("Other", rig.ctl("devices", "-v")[1])
        wrong.kill()
        self.device_named(rig, "Maker")
        rig.wait_event("picket.alarm.cleared", subject="io", condition="device.substituted", deadline_s=20)
        rigging.wait_for(lambda: self.quality(rig) == "good", "good values again")

    def wait_identity(self, rig, state):
        rigging.wait_for(lambda: rig.device("io")["identity"] == state, f"the device to be {state}", deadline_s=20)

    def quality(self, rig):
        return next(s for s in rig.ctl_json("sensors")["sensors"] if s["id"] == "door")["quality"]


if __name__ == "__main__":
    if "--device" in sys.argv:
        be_device(int(sys.argv[-2]), sys.argv[-1])
    else:
        rigging.main()
