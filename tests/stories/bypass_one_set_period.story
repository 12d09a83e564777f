# EN 50131-1 inhibit: for one set period. When the area is unset the bypass is over, and in the next set period the door reports.
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
t=+1000 unset yard
> 00:01.100 area.unset yard OP by op12
> 00:01.100 alarm.updated gate door.forced F p2 #3 inhibited by op12
> 00:01.100 alarm.updated gate door.held F p3 #4 inhibited by op12
> 00:01.100 alarm.updated gate door.not_locked F p3 #6 inhibited by op12
> 00:01.100 alarm.unsuppressed gate door.forced A p2 BU #3
> 00:01.100 alarm.unsuppressed gate door.held A p3 BU #4
> 00:01.100 alarm.unsuppressed gate door.held.pre A p4 BU #5
> 00:01.100 alarm.unsuppressed gate door.not_locked A p3 BU #6
> = ok
t=+1000 set yard
> 00:02.100 area.set yard CL by op12
> = ok
t=+1000 wire io/di/0 = 1
t=+0 scan
> 00:03.100 alarm.raised gate door.forced B latched p1 DF #16
> 00:03.100 sensor.changed gate open
