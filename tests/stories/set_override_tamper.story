# EN 50131-1: a tamper that blocks is overridden by a maintainer only, and goes on to report.
areas: {yard: {title: Yard, start: unset}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, tamper: io/di/1}
story
t=+0 wire io/di/1 = 1
t=+0 scan x2
> 00:00.000 alarm.raised gate tamper B latched p2 TT #1 initial
> 00:00.100 sensor.changed gate closed initial
t=+0 set yard override why wall is open
> = level too low: gate
t=+0 set yard override level=3 by=fitter why wall is open
> 00:00.100 alarm.suppressed gate door.forced F p2 BB #3 inhibited by fitter why wall is open
> 00:00.100 alarm.suppressed gate door.held F p3 BB #4 inhibited by fitter why wall is open
> 00:00.100 alarm.suppressed gate door.held.pre F p4 BB #5 inhibited by fitter why wall is open
> 00:00.100 alarm.suppressed gate door.not_locked F p3 BB #6 inhibited by fitter why wall is open
> 00:00.100 area.set yard CF by fitter why gate
> 00:00.100 alarm.updated gate door.forced F p1 #3 inhibited by fitter why wall is open
> 00:00.100 alarm.updated gate door.held F p2 #4 inhibited by fitter why wall is open
> 00:00.100 alarm.updated gate door.not_locked F p2 #6 inhibited by fitter why wall is open
> 00:00.100 alarm.updated gate tamper B latched p1 TA #1 by fitter why wall is open
> = ok
t=+1000 wire io/di/1 = 0
t=+0 scan x2
> 00:01.200 alarm.cleared gate tamper D latched p1 TR #1
