# EN 50131-1 A1 8.3.6; SIA CI, CF: what blocks setting is named; overridden with a reason it is inhibited for this one set period, on
# record, and back in the next.
areas: {yard: {title: Yard, start: unset}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, release: io/di/1, held_s: 3600}
  side: {kind: door, area: yard, contact: io/di/2}
story
t=+0 wire io/di/0 = 1
t=+0 wire io/di/1 = 1
t=+0 scan x2
> 00:00.000 sensor.changed gate open initial
> 00:00.100 sensor.changed side closed initial
t=+0 set yard
> 00:00.100 area.set_refused yard CI by op12 why gate
> = blocked: gate
t=+0 set yard override
> = no reason: gate
t=+0 set yard override why gate is stuck, guarded
> 00:00.100 alarm.suppressed gate door.forced F p2 BB #4 inhibited by op12 why gate is stuck, guarded
> 00:00.100 alarm.suppressed gate door.held F p3 BB #5 inhibited by op12 why gate is stuck, guarded
> 00:00.100 alarm.suppressed gate door.held.pre F p4 BB #6 inhibited by op12 why gate is stuck, guarded
> 00:00.100 alarm.suppressed gate door.not_locked F p3 BB #7 inhibited by op12 why gate is stuck, guarded
> 00:00.100 area.set yard CF by op12 why gate
> 00:00.100 alarm.updated gate door.forced F p1 #4 inhibited by op12 why gate is stuck, guarded
> 00:00.100 alarm.updated gate door.held F p2 #5 inhibited by op12 why gate is stuck, guarded
> 00:00.100 alarm.updated gate door.not_locked F p2 #7 inhibited by op12 why gate is stuck, guarded
> = ok
t=+1000 wire io/di/2 = 1
t=+0 scan
> 00:01.100 alarm.raised side door.forced B latched p1 DF #12
> 00:01.100 sensor.changed side open
t=+1000 wire io/di/2 = 0
t=+0 scan x2
> 00:02.200 alarm.cleared side door.forced D latched p1 DR #12
> 00:02.200 sensor.changed side closed
t=+1000 unset yard
> 00:03.200 area.unset yard OP by op12
> 00:03.200 alarm.updated gate door.forced F p2 #4 inhibited by op12
> 00:03.200 alarm.updated gate door.held F p3 #5 inhibited by op12
> 00:03.200 alarm.updated gate door.not_locked F p3 #7 inhibited by op12
> 00:03.200 alarm.updated side door.forced D latched p2 DJ #12 by op12
> 00:03.200 alarm.unsuppressed gate door.forced A p2 BU #4
> 00:03.200 alarm.unsuppressed gate door.held A p3 BU #5
> 00:03.200 alarm.unsuppressed gate door.held.pre A p4 BU #6
> 00:03.200 alarm.unsuppressed gate door.not_locked A p3 BU #7
> = ok
t=+0 set yard
> 00:03.200 area.set_refused yard CI by op12 why gate, side
> = blocked: gate, side
