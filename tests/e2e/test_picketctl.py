# SPDX-License-Identifier: Apache-2.0
"""picketctl as a person or a script uses it: every verb in text and JSON, exit codes, no daemon, no permission."""
import fcntl
import glob
import json
import os
import pty
import re
import shutil
import socket
import struct
import subprocess
import termios

import rig

CTL = os.path.join(rig.BIN, "picketctl")
LISTS = ["links", "devices", "sensors", "alarms", "areas"]
ORDERS = [("ack", "gate/door.forced"), ("reset", "gate/door.forced"), ("set", "north"), ("unset", "north")]
VERBS = ["check", "status", *LISTS, "outputs", "events", "ack", "reset", "set", "unset", "shelve", "unshelve", "bypass",
         "restore", "out_of_service", "in_service", "output", "peek", "poke", "trace"]
DONE, NO, USAGE, UNREACHABLE, REFUSED = range(5)

SITE = {
    "picket": 1, "site": "hands", "gateway": "gw-1",
    "broker": {"urls": ["BROKER"]},
    "journal": {"dir": "FOLDER/journal"},
    "links": {"yard": {"url": "TCP_yard", "timeout_ms": 500}},
    "devices": {"io": {"link": "yard", "unit": 1, "scan_ms": 50,
                       "points": {"di": {"table": "discrete", "address": 0, "count": 8}}}},
    "areas": {"north": {"title": "North"}},
    "sensors": {"gate": {"kind": "door", "title": "Gate, with a long title that no narrow terminal can hold on one line",
                         "area": "north", "contact": "io/di/0", "tamper": "io/di/2"},
                "lid": {"kind": "tamper", "area": "north", "input": "io/di/1"}},
}


class Live(rig.RigCase):
    """With everything running."""

    def setUp(self):
        self.site = self.rig(SITE)
        self.site.start()
        rig.wait_for(lambda: self.sensor("gate")["quality"] == "good", "the gate to be heard")

    def sensor(self, name):
        return next(s for s in self.site.ctl_json("sensors")["sensors"] if s["id"] == name)

    def alarm(self, target):
        return next((a for a in self.site.ctl_json("alarms")["alarms"] if a["target"] == target), None)

    def ctl(self, *words, code=DONE):
        """Runs it; its output after a look at the exit code."""
        got, out = self.site.ctl(*words, check=False)
        self.assertEqual(got, code, f"picketctl {' '.join(words)}\n{out}")
        return out

    def open_gate(self):
        """A forced door, waiting for a person."""
        self.site.sim("set", "gate", "open")
        return rig.wait_for(lambda: self.alarm("gate/door.forced"), "the alarm of the gate")

    # --- looking --------------------------------------------------------------------------------

    def test_every_list_in_text_and_json(self):
        self.open_gate()
        for verb in LISTS:
            with self.subTest(verb):
                document = json.loads(self.ctl(verb, "--json"))
                self.assertEqual(document["schema"], f"picket.{verb}/1")
                self.assertTrue(document[verb])
                first = document[verb][0]
                text = self.ctl(verb)
                self.assertRegex(text.splitlines()[0], r"^[A-Z]")
                self.assertIn(first.get("target") or first["id"], text)

    def test_status(self):
        rig.wait_for(lambda: self.site.ctl_json("status")["broker"]["connected"], "the broker")
        document = self.site.ctl_json("status")
        self.assertEqual(document["schema"], "picket.status/1")
        self.assertEqual((document["site"], document["gateway"]), ("hands", "gw-1"))
        self.assertEqual(document["devices"], {"total": 1, "lost": 0, "unheard": 0})
        self.assertTrue(os.path.exists(document["journal"]["path"]))
        self.assertGreaterEqual(document["journal"]["head"], document["journal"]["durable"])
        text = self.ctl("status")
        for word in ("hands/gw-1", "alarms", "broker    connected to mqtt://", "journal   seq"):
            self.assertIn(word, text)

    def test_options_before_the_verb(self):
        self.assertEqual(json.loads(self.ctl("--json", "areas"))["schema"], "picket.areas/1")

    def test_a_narrow_terminal(self):
        for columns in (60, 100):
            text = self.on_terminal(columns, "sensors")
            widths = [len(re.sub(r"\x1b\[[0-9;]*m", "", line)) for line in text.splitlines()]
            self.assertLessEqual(max(widths), columns, text)
            self.assertIn("…", text)

    def test_colour_only_on_a_terminal_and_not_with_no_color(self):
        self.assertIn("\x1b[", self.on_terminal(100, "status"))
        self.assertNotIn("\x1b[", self.on_terminal(100, "status", NO_COLOR="1"))
        self.assertNotIn("\x1b[", self.on_terminal(100, "status", TERM="dumb"))
        done = subprocess.run([CTL, "status"], env=self.plain_environment(), stdout=subprocess.PIPE, text=True, check=True)
        self.assertNotIn("\x1b[", done.stdout)

    def plain_environment(self, **more):
        environment = {**os.environ, **self.site.environment, "TERM": "xterm", **more}
        if "NO_COLOR" not in more:
            del environment["NO_COLOR"]
        return environment

    def on_terminal(self, columns, *words, **more):
        """What a terminal of that width shows."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
        with subprocess.Popen([CTL, *words], stdin=slave, stdout=slave, stderr=slave,
                              env=self.plain_environment(**more)) as child:
            os.close(slave)
            text = b""
            while True:
                try:
                    part = os.read(master, 65536)
                except OSError:  # EIO: the other end is closed
                    break
                text += part
            self.assertEqual(child.wait(rig.SOME_S), 0, text)
        os.close(master)
        return text.decode().replace("\r\n", "\n")

    # --- doing ----------------------------------------------------------------------------------

    def test_ack_and_reset(self):
        alarm = self.open_gate()
        text = self.ctl("ack", "gate", "--reason", "seen on camera 3")
        self.assertIn("gate/door.forced acknowledged", text)
        event = self.site.wait_event("picket.alarm.acked", "gate", "door.forced")
        self.assertEqual(event["data"]["reason"], "seen on camera 3")
        self.assertEqual(event["data"]["occurrence"], alarm["occurrence"])
        self.assertEqual(event["data"]["user"], subprocess.check_output(["id", "-un"], text=True).strip())
        self.assertTrue(self.alarm("gate/door.forced")["acked"])
        self.ctl("ack", "gate/door.forced", code=NO)
        self.ctl("reset", "gate/door.forced", code=NO)  # still open
        self.site.sim("set", "gate", "closed")
        rig.wait_for(lambda: not self.alarm("gate/door.forced")["active"], "the gate to clear")
        self.assertIn("reset", self.ctl("reset", "gate"))
        self.assertIsNone(self.alarm("gate/door.forced"))

    def test_ack_in_json(self):
        self.open_gate()
        document = json.loads(self.ctl("ack", "gate/door.forced", "--json"))
        self.assertEqual((document["schema"], document["ok"]), ("picket.command/1", True))
        document = json.loads(self.ctl("ack", "gate/door.forced", "--json", code=NO))
        self.assertFalse(document["ok"])
        self.assertTrue(document["error"])
        self.assertFalse(json.loads(self.ctl("ack", "lid", "--json", code=NO))["ok"])

    def test_ack_of_an_occurrence_that_is_not_current(self):
        alarm = self.open_gate()
        stale = alarm["occurrence"].rsplit("/", 1)[0] + "/999999"
        self.assertIn("stale", self.ctl("ack", "gate/door.forced", "--occurrence", stale, code=NO))
        self.assertFalse(self.alarm("gate/door.forced")["acked"])

    def test_ack_of_what_is_no_alarm(self):
        self.assertIn("picketctl alarms lists them", self.ctl("ack", "lid", code=NO))
        self.ctl("ack", "no-such-sensor/door.forced", code=NO)

    def test_ack_names_the_alarms_when_there_are_several(self):
        self.site.sim("set", "gate", "open")
        self.site.sim("set", "gate", "tamper")
        rig.wait_for(lambda: self.alarm("gate/door.forced") and self.alarm("gate/tamper"), "both alarms of the gate")
        out = self.ctl("ack", "gate", code=USAGE)
        self.assertIn("gate/door.forced", out)
        self.assertIn("gate/tamper", out)
        self.assertFalse(self.alarm("gate/tamper")["acked"])

    def test_unset_and_set_say_how_to_undo(self):
        self.assertEqual(self.ctl("unset", "north"), "area north unset; undo: picketctl set north\n")
        self.assertFalse(self.site.ctl_json("areas")["areas"][0]["set"])
        self.ctl("unset", "north", code=NO)
        self.assertEqual(self.ctl("set", "north"), "area north set; undo: picketctl unset north\n")
        self.assertTrue(self.site.ctl_json("areas")["areas"][0]["set"])

    def test_an_area_that_is_not_ready_is_not_set(self):
        self.ctl("unset", "north")
        self.site.sim("set", "gate", "open")
        rig.wait_for(lambda: not self.site.ctl_json("areas")["areas"][0]["ready"], "the area to be blocked")
        self.assertIn("blocked by gate", self.ctl("areas"))
        self.assertIn("gate", self.ctl("set", "north", code=NO))
        self.assertFalse(self.site.ctl_json("areas")["areas"][0]["set"])

    def test_a_mistyped_area_gets_the_nearest(self):
        self.assertIn("did you mean north?", self.ctl("unset", "nroth", code=NO))

    # --- the journal ----------------------------------------------------------------------------

    def seqs(self, *words):
        document = json.loads(self.ctl("events", "--json", *words))
        self.assertEqual(document["schema"], "picket.events/1")
        return [event["data"]["seq"] for event in document["events"]]

    def test_events_filters(self):
        self.open_gate()
        self.site.wait_event("picket.alarm.raised", "gate", "door.forced")
        everything = self.seqs("--since", "1")
        head = everything[-1]
        self.assertEqual(everything, list(range(1, head + 1)))
        self.assertEqual(self.seqs("-n", "2"), [head - 1, head])
        self.assertEqual(self.seqs("-n", "0"), [])
        self.assertEqual(self.seqs("--since", str(head)), [head])
        self.assertEqual(self.seqs("--since", "1h"), everything)
        self.assertEqual(self.seqs("--since", "2099-01-01"), [])
        document = json.loads(self.ctl("events", "--json", "--sensor", "gate", "--priority", "1"))
        self.assertTrue(document["events"])
        for event in document["events"]:
            self.assertEqual(event["subject"], "gate")
            self.assertLessEqual(event["data"]["priority"], 1)
        self.assertRegex(self.ctl("events", "--sensor", "gate"), r"alarm\.raised +gate/door\.forced")

    def test_events_follow(self):
        out = os.path.join(self.site.folder, "follow.jsonl")
        follower = rig.Child("follow", self.site.folder, self.site.environment)
        self.site.others.append(follower)
        follower.start(CTL, "events", "--follow", "--json", "--since", "1", stdout=out)

        def rows():
            with open(out, encoding="utf-8") as file:
                return [json.loads(line) for line in file.read().split("\n")[:-1]]
        rig.wait_for(rows, "the follower to begin")
        self.open_gate()
        rig.wait_for(lambda: any(e["type"] == "picket.alarm.raised" and e["subject"] == "gate" for e in rows()),
                     "the follower to see the alarm")
        seqs = [event["data"]["seq"] for event in rows()]
        self.assertEqual(seqs, list(range(1, seqs[-1] + 1)))

    def test_events_of_a_dead_daemon(self):
        self.open_gate()
        alive = self.seqs("--since", "1")
        self.site.daemon.kill()
        self.assertIn("--journal FILE", self.ctl("events", code=UNREACHABLE))
        self.assertEqual(self.seqs("--since", "1", "--site", self.site.site_path)[:len(alive)], alive)
        journal = os.path.join(self.site.folder, "journal", "gw-1.db")
        self.assertEqual(self.seqs("--since", "1", "--journal", journal)[:len(alive)], alive)
        self.ctl("events", "--journal", "/nonexistent.db", code=NO)

    # --- finding and reaching the daemon --------------------------------------------------------

    def test_no_permission(self):
        shutil.copy(CTL, self.site.folder)
        tool = [os.path.join(self.site.folder, "picketctl")]
        os.chmod(self.site.folder, 0o711)
        if os.geteuid() == 0:
            tool = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *tool]
        else:
            os.chmod(self.site.socket, 0)
        for words in (["status"], ["sensors"], ["events"], ["ack", "gate/door.forced"], ["unset", "north"]):
            code, out = self.site.run(*tool, *words, check=False)
            self.assertEqual(code, REFUSED, f"{words}: {out}")
            self.assertIn("no permission", out)

    def found(self, *words):
        """picketctl without PICKET_SOCKET, with this rig's folder as the session's."""
        environment = {k: v for k, v in {**os.environ, **self.site.environment}.items() if k != "PICKET_SOCKET"}
        done = subprocess.run([CTL, *words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)
        return done.returncode, done.stdout

    def test_finding_the_daemon(self):
        folder = os.path.join(self.site.folder, "picket")
        os.mkdir(folder)
        os.symlink(self.site.socket, os.path.join(folder, "gw-1.sock"))
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(os.path.join(folder, "dead.sock"))
        self.assertEqual(self.found("status", "--gateway", "gw-1")[0], DONE)
        self.assertEqual(self.found("status", "--gateway", "gw-9")[0], UNREACHABLE)
        self.assertEqual(self.found("status", "--gateway", "dead")[0], UNREACHABLE)
        self.assertEqual(self.found("status", "--socket", self.site.socket)[0], DONE)
        if glob.glob("/run/picket/*.sock"):
            self.skipTest("a daemon of the system runs here, so none is the only one")
        self.assertEqual(self.found("status")[0], DONE)
        os.symlink(self.site.socket, os.path.join(folder, "gw-2.sock"))
        code, out = self.found("status")
        self.assertEqual(code, USAGE)
        self.assertIn("gw-1, gw-2", out)

    def test_a_second_daemon_does_not_take_the_socket(self):
        code, out = self.site.run(os.path.join(rig.BIN, "picketd"), self.site.write("b.yaml", {
            **SITE, "gateway": "gw-2", "journal": {"dir": "FOLDER/other"}}), "--socket", self.site.socket, check=False)
        self.assertEqual(code, NO, out)
        self.assertIn("another picketd answers there", out)
        self.assertEqual(self.site.ctl_json("status")["gateway"], "gw-1")


class Alone(rig.RigCase):
    """Without a daemon."""

    def setUp(self):
        self.site = self.rig(SITE)  # only its folder and files

    def ctl(self, *words, code):
        got, out = self.site.ctl(*words, check=False)
        self.assertEqual(got, code, f"picketctl {' '.join(words)}\n{out}")
        return out

    def test_no_daemon(self):
        for words in [[verb] for verb in ("status", *LISTS, "events")] + [list(order) for order in ORDERS]:
            for option in ([], ["--json"]):
                with self.subTest(words=words, option=option):
                    self.assertIn("no picketd answers there", self.ctl(*words, *option, code=UNREACHABLE))

    def test_what_answers_is_no_picketd(self):
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(self.site.socket)
            other.listen()
            child = rig.Child("ctl", self.site.folder, self.site.environment)
            self.site.others.append(child)
            child.start(CTL, "status")
            peer, _ = other.accept()
            peer.recv(1)
            peer.sendall(b"SSH-2.0-something\r\n")
            peer.shutdown(socket.SHUT_WR)
            self.assertEqual(child.process.wait(rig.SOME_S), UNREACHABLE)
            self.assertIn("no picketd of this version", child.text())
            peer.close()

    def test_wrong_usage(self):
        cases = [([], "a verb, please"), (["staus"], "did you mean status?"), (["frobnicate"], "--help lists them"),
                 (["status", "--jsno"], "did you mean --json?"), (["status", "more"], "usage: picketctl status"),
                 (["check"], "usage: picketctl check SITE.yaml"), (["ack"], "usage: picketctl ack"),
                 (["set", "a", "b"], "usage: picketctl set AREA"), (["status", "--follow"], "does not go with this verb"),
                 (["events", "--since", "yesterday"], "--since wants"), (["events", "--priority", "9"], "from 0 to 5"),
                 (["events", "-n"], "-n wants a value"), (["ack", "x/y", "--reason", "x" * 201], "at most 200")]
        for words, says in cases:
            with self.subTest(words=words):
                self.assertIn(says, self.ctl(*words, code=USAGE))

    def test_check_of_a_right_file(self):
        text = self.ctl("check", self.site.site_path, code=DONE)
        for line in ("links     1", "devices   1", "sensors   2: 1 door, 1 tamper", "1 requests for every device once"):
            self.assertIn(line, text)
        document = json.loads(self.ctl("check", self.site.site_path, "--json", code=DONE))
        self.assertEqual((document["schema"], document["ok"], document["errors"]), ("picket.check/1", True, []))
        self.assertEqual(document["summary"]["sensors"], 2)

    def test_check_of_a_broken_file(self):
        path = os.path.join(self.site.folder, "broken.yaml")
        with open(self.site.write("one-line.yaml", SITE), encoding="utf-8") as good, \
                open(path, "w", encoding="utf-8") as broken:
            broken.write(good.read().replace('"contact"', '"contct"').replace('"tamper"', '"tampr"'))
        text = self.ctl("check", path, code=NO)
        place = re.search(rf"^{re.escape(path)}:(\d+):(\d+): .*contct", text, re.M)
        self.assertTrue(place, text)
        lines = text.splitlines()
        shown = next(i for i, line in enumerate(lines) if '"contct"' in line and " | " in line)
        caret = lines[shown + 1].index("^")
        self.assertEqual(lines[shown][caret:caret + 8], '"contct"')
        self.assertIn("tampr", text)  # all errors in one run
        document = json.loads(self.ctl("check", path, "--json", code=NO))
        self.assertFalse(document["ok"])
        first = next(e for e in document["errors"] if "contct" in e["text"])
        self.assertEqual((first["line"], first["column"]), tuple(map(int, place.groups())))

    def test_check_of_no_file(self):
        self.assertIn("/nonexistent.yaml", self.ctl("check", "/nonexistent.yaml", code=NO))

    def test_an_answer_that_cannot_be_written_is_no_answer(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([CTL, "--help"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, NO)
        self.assertIn("cannot write", done.stderr)

    def test_help_version_manual_and_completion_agree(self):
        self.assertRegex(self.ctl("--version", code=DONE), r"^picketctl \d+\.\d+\.\d+\n$")
        with open(os.path.join(rig.ROOT, "packaging", "man", "picketctl.1.scd"), encoding="utf-8") as file:
            manual = file.read()
        with open(os.path.join(rig.ROOT, "packaging", "completions", "picketctl"), encoding="utf-8") as file:
            completion = file.read()
        text = self.ctl("--help", code=DONE)
        self.assertLess(text.index("picketctl status"), text.index("Verbs:"), "examples come first")
        listed = re.findall(r"^  ([a-z_]+) ", text.split("Verbs:")[1].split("\n\n")[0], re.M)
        self.assertEqual(listed, VERBS)
        for verb in VERBS:
            help_text = self.ctl(verb, "--help", code=DONE)
            self.assertLess(help_text.index("  picketctl "), help_text.index("Usage:"))
            self.assertTrue(re.search(rf"^\*{verb}\*", manual, re.M), f"{verb} is not in the manual")
            self.assertTrue(re.search(rf"\b{verb}\b", completion), f"{verb} is not in the completion")
            for option in re.findall(r"^  (?:-\w, )?--([a-z]+)", help_text, re.M):
                self.assertTrue(f"*--{option}*" in manual, f"--{option} is not in the manual")
                self.assertTrue(f"--{option}" in completion, f"--{option} is not in the completion")
            for letter in re.findall(r"^  -(\w), ", help_text, re.M):
                self.assertTrue(f"*-{letter}*" in manual, f"-{letter} is not in the manual")

    def test_completion(self):
        script = os.path.join(rig.ROOT, "packaging", "completions", "picketctl")

        def complete(*words):
            code = (f"source {script}; COMP_WORDS=(picketctl {' '.join(map(repr, words))}); "
                    f"COMP_CWORD={len(words)}; _picketctl; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
            return self.site.run("bash", "-c", code)[1].split()
        self.assertEqual(complete("st"), ["status"])
        self.assertEqual(complete("events", "--s"), ["--socket", "--since", "--sensor", "--site"])
        self.assertNotIn("--since", complete("status", "--"))
        self.assertEqual(complete("events", "--priority", ""), ["0", "1", "2", "3", "4", "5"])


if __name__ == "__main__":
    rig.main()
