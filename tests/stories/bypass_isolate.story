# EN 50131-1 isolate: level 3, over set periods, until restored; a stronger mask replaces a weaker one. It ends by itself after for_s,
# at most 30 days: no bypass without expiry (invariant I7).
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, tamper: io/di/1}
  lid: {kind: tamper, area: yard, input: io/di/2}
story
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
> 00:00.100 sensor.changed lid normal initial
t=+0 bypass gate isolate why new door ordered
> = level too low
t=+0 bypass gate isolate level=3 for=2592001 why new door ordered
> = too long
t=+0 bypass gate why today
> 00:00.100 alarm.suppressed gate door.forced F p1 BB #3 inhibited by op12 why today
> 00:00.100 alarm.suppressed gate door.held F p2 BB #4 inhibited by op12 why today
> 00:00.100 alarm.suppressed gate door.held.pre F p4 BB #5 inhibited by op12 why today
> 00:00.100 alarm.suppressed gate door.not_locked F p2 BB #6 inhibited by op12 why today
> = ok
t=+0 bypass gate isolate level=3 for=86400 why new door ordered
> 00:00.100 alarm.suppressed gate door.forced F p1 BB #3 isolated until 1440:00 by op12 why new door ordered
> 00:00.100 alarm.suppressed gate door.held F p2 BB #4 isolated until 1440:00 by op12 why new door ordered
> 00:00.100 alarm.suppressed gate door.held.pre F p4 BB #5 isolated until 1440:00 by op12 why new door ordered
> 00:00.100 alarm.suppressed gate door.not_locked F p2 BB #6 isolated until 1440:00 by op12 why new door ordered
> = ok
t=+1000 unset yard
> 00:01.100 area.unset yard OP by op12
> 00:01.100 alarm.updated gate door.forced F p2 #3 isolated until 1440:00 by op12
> 00:01.100 alarm.updated gate door.held F p3 #4 isolated until 1440:00 by op12
> 00:01.100 alarm.updated gate door.not_locked F p3 #6 isolated until 1440:00 by op12
> = ok
t=+1000 set yard
> 00:02.100 area.set yard CL by op12
> 00:02.100 alarm.updated gate door.forced F p1 #3 isolated until 1440:00 by op12
> 00:02.100 alarm.updated gate door.held F p2 #4 isolated until 1440:00 by op12
> 00:02.100 alarm.updated gate door.not_locked F p2 #6 isolated until 1440:00 by op12
> = ok
t=+1000 restore gate
> = level too low
t=+1000 wire io/di/0 = 1
t=+0 scan x2
> 00:04.100 sensor.changed gate door.forced open
t=+86400000 wait
> 1440:00.100 alarm.unsuppressed gate door.forced A p1 BU #3
> 1440:00.100 alarm.raised gate door.forced B latched p1 DF #21
> 1440:00.100 alarm.unsuppressed gate door.held A p2 BU #4
> 1440:00.100 alarm.unsuppressed gate door.held.pre A p4 BU #5
> 1440:00.100 alarm.unsuppressed gate door.not_locked A p2 BU #6
