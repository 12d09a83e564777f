# US Navy DM 13.02, masking and not shunting; SIA BB, BU: the bypassed door reports no opening, but its tamper and the loss of its
# device do.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, tamper: io/di/1}
  lid: {kind: tamper, area: yard, input: io/di/2}
story
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
> 00:00.100 sensor.changed lid normal initial
t=+0 bypass gate
> = no reason
t=+0 bypass gate why hinge broken
> 00:00.100 alarm.suppressed gate door.forced F p1 BB #3 inhibited by op12 why hinge broken
> 00:00.100 alarm.suppressed gate door.held F p2 BB #4 inhibited by op12 why hinge broken
> 00:00.100 alarm.suppressed gate door.held.pre F p4 BB #5 inhibited by op12 why hinge broken
> 00:00.100 alarm.suppressed gate door.not_locked F p2 BB #6 inhibited by op12 why hinge broken
> = ok
t=+0 bypass gate why again
> = not needed
t=+1000 wire io/di/0 = 1
t=+0 scan x2
> 00:01.100 sensor.changed gate door.forced open
t=+1000 wire io/di/1 = 1
t=+0 scan x2
> 00:02.200 alarm.raised gate tamper B latched p1 TA #8
t=+1000 lose io
> 00:03.300 device.lost io device.lost B p2 ET #9
t=+0 scan
> 00:03.300 alarm.raised gate supervision_lost B p1 BZ #10
> 00:03.300 sensor.changed gate unknown bad
> 00:03.300 alarm.raised lid supervision_lost B p1 BZ #12
> 00:03.300 sensor.changed lid unknown bad
t=+1000 find io
> 00:04.300 device.restored io device.lost D p2 ER #9
t=+0 scan x2
> 00:04.400 alarm.cleared gate supervision_lost D p1 BR #10
> 00:04.400 sensor.changed gate open
> 00:04.400 alarm.cleared lid supervision_lost D p1 BR #12
> 00:04.400 sensor.changed lid normal
t=+1000 restore gate
> 00:05.400 alarm.unsuppressed gate door.forced A p1 BU #3 by op12
> 00:05.400 alarm.raised gate door.forced B latched p1 DF #20 by op12
> 00:05.400 alarm.unsuppressed gate door.held A p2 BU #4 by op12
> 00:05.400 alarm.unsuppressed gate door.held.pre A p4 BU #5 by op12
> 00:05.400 alarm.unsuppressed gate door.not_locked A p2 BU #6 by op12
> = ok
t=+0 restore gate
> = not needed
