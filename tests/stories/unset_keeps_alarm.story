# Unsetting an area takes nothing away: an intrusion raised while it was set stays to be acknowledged, at its unset priority, and
# blows from then on are activity only.
areas: {yard: {title: Yard}}
sensors:
  wire: {kind: fence, area: yard, hit: io/di/0, count: 1, window_s: 20, dead_ms: 1000, hold_s: 5}
story
t=+0 scan x2
> 00:00.100 sensor.changed wire normal initial
t=+1000 sample io/di/0 = 1
> 00:01.100 alarm.raised wire fence.intrusion B p1 BA #2
> 00:01.100 sensor.changed wire active
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:01.300 sensor.changed wire normal
t=+500 unset yard
> 00:01.800 area.unset yard OP by op12
> 00:01.800 alarm.updated wire fence.intrusion B p5 BA #2 by op12
> = ok
t=+500 sample io/di/0 = 1
> 00:02.300 sensor.changed wire fence.activity active count=2
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:02.500 sensor.changed wire normal
t=+6000 sample io/di/0 = 1
> 00:07.400 alarm.cleared wire fence.intrusion D p5 BH #2
> 00:08.500 sensor.changed wire fence.activity active count=3
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:08.700 sensor.changed wire normal
t=+6000 ack wire/fence.intrusion
> 00:14.700 alarm.acked wire fence.intrusion A p5 #2 by op12
> = ok
