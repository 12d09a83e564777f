# A bypassed sensor does not block setting, but what a bypass does not mask does: its tamper.
areas: {yard: {title: Yard, start: unset}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, release: io/di/1, held_s: 3600, tamper: io/di/2}
story
t=+0 wire io/di/0 = 1
t=+0 wire io/di/1 = 1
t=+0 scan x2
> 00:00.100 sensor.changed gate open initial
t=+0 bypass gate why stuck
> 00:00.100 alarm.suppressed gate door.forced F p2 BB #2 inhibited by op12 why stuck
> 00:00.100 alarm.suppressed gate door.held F p3 BB #3 inhibited by op12 why stuck
> 00:00.100 alarm.suppressed gate door.held.pre F p4 BB #4 inhibited by op12 why stuck
> 00:00.100 alarm.suppressed gate door.not_locked F p3 BB #5 inhibited by op12 why stuck
> = ok
t=+0 set yard
> 00:00.100 area.set yard CL by op12
> 00:00.100 alarm.updated gate door.forced F p1 #2 inhibited by op12
> 00:00.100 alarm.updated gate door.held F p2 #3 inhibited by op12
> 00:00.100 alarm.updated gate door.not_locked F p2 #5 inhibited by op12
> = ok
t=+0 unset yard
> 00:00.100 area.unset yard OP by op12
> 00:00.100 alarm.updated gate door.forced F p2 #2 inhibited by op12
> 00:00.100 alarm.updated gate door.held F p3 #3 inhibited by op12
> 00:00.100 alarm.updated gate door.not_locked F p3 #5 inhibited by op12
> 00:00.100 alarm.unsuppressed gate door.forced A p2 BU #2
> 00:00.100 alarm.unsuppressed gate door.held A p3 BU #3
> 00:00.100 alarm.unsuppressed gate door.held.pre A p4 BU #4
> 00:00.100 alarm.unsuppressed gate door.not_locked A p3 BU #5
> = ok
t=+0 bypass gate why stuck
> 00:00.100 alarm.suppressed gate door.forced F p2 BB #2 inhibited by op12 why stuck
> 00:00.100 alarm.suppressed gate door.held F p3 BB #3 inhibited by op12 why stuck
> 00:00.100 alarm.suppressed gate door.held.pre F p4 BB #4 inhibited by op12 why stuck
> 00:00.100 alarm.suppressed gate door.not_locked F p3 BB #5 inhibited by op12 why stuck
> = ok
t=+1000 wire io/di/2 = 1
t=+0 scan x2
> 00:01.100 alarm.raised gate tamper B latched p2 TT #22
t=+0 set yard
> 00:01.200 area.set_refused yard CI by op12 why gate
> = blocked: gate
