# One lost point of several is enough, and only it: a door whose release is lost is still forced when it opens.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, release: far/di/0}
story
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
t=+100 lose far
> 00:00.200 device.lost far device.lost B p2 ET #2
t=+0 scan
> 00:00.200 alarm.raised gate supervision_lost B p1 BZ #3
> 00:00.200 sensor.changed gate unknown bad
t=+1000 wire io/di/0 = 1
t=+0 scan
> 00:01.200 alarm.raised gate door.forced B latched p1 DF #5
t=+100 unset yard
> 00:01.300 area.unset yard OP by op12
> 00:01.300 alarm.updated gate door.forced B latched p2 DJ #5 by op12
> 00:01.300 alarm.updated gate supervision_lost B p2 BZ #3 by op12
> = ok
