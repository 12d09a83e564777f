# A bypass survives a restart, and so does its end.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, tamper: io/di/1}
  lid: {kind: tamper, area: yard, input: io/di/2}
story
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
> 00:00.100 sensor.changed lid normal initial
t=+0 bypass gate why delivery
> 00:00.100 alarm.suppressed gate door.forced F p1 BB #3 inhibited by op12 why delivery
> 00:00.100 alarm.suppressed gate door.held F p2 BB #4 inhibited by op12 why delivery
> 00:00.100 alarm.suppressed gate door.held.pre F p4 BB #5 inhibited by op12 why delivery
> 00:00.100 alarm.suppressed gate door.not_locked F p2 BB #6 inhibited by op12 why delivery
> = ok
t=+1000 restart
t=+0 scan x2
> 00:01.200 sensor.changed gate closed initial
> 00:01.200 sensor.changed lid normal initial
t=+1000 wire io/di/0 = 1
t=+0 scan x2
> 00:02.200 sensor.changed gate door.forced open
t=+1000 unset yard
> 00:03.300 area.unset yard OP by op12
> 00:03.300 alarm.updated gate door.forced F p2 #3 inhibited by op12
> 00:03.300 alarm.updated gate door.held F p3 #4 inhibited by op12
> 00:03.300 alarm.updated gate door.not_locked F p3 #6 inhibited by op12
> 00:03.300 alarm.unsuppressed gate door.forced A p2 BU #3
> 00:03.300 alarm.raised gate door.forced B latched p2 DJ #15
> 00:03.300 alarm.unsuppressed gate door.held A p3 BU #4
> 00:03.300 alarm.unsuppressed gate door.held.pre A p4 BU #5
> 00:03.300 alarm.unsuppressed gate door.not_locked A p3 BU #6
> = ok
