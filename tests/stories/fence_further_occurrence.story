# OPC UA Part 9 branches, one line on the screen: a blow before the acknowledgement is a further occurrence with its count, and
# acknowledging the older one is refused as stale; after it, blows within the same intrusion only count.
areas: {yard: {title: Yard}}
sensors:
  wire: {kind: fence, area: yard, hit: io/di/0, count: 2, window_s: 20, dead_ms: 1000, hold_s: 5}
story
t=+0 scan x2
> 00:00.100 sensor.changed wire normal initial
t=+1000 sample io/di/0 = 1
> 00:01.100 sensor.changed wire fence.activity active count=1
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:01.300 sensor.changed wire normal
t=+1000 sample io/di/0 = 1
> 00:02.300 alarm.raised wire fence.intrusion B p1 BA #4 count=2
> 00:02.300 sensor.changed wire active
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:02.500 sensor.changed wire normal
t=+1000 sample io/di/0 = 1
> 00:03.500 alarm.updated wire fence.intrusion B p1 BA #7 count=3
> 00:03.500 sensor.changed wire active
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:03.700 sensor.changed wire normal
t=+0 ack wire/fence.intrusion #4
> = stale occurrence
t=+100 ack wire/fence.intrusion
> 00:03.800 alarm.acked wire fence.intrusion C p1 #7 count=2 by op12
> = ok
t=+1000 sample io/di/0 = 1
> 00:04.800 alarm.updated wire fence.intrusion C p1 BA #7 count=4
> 00:04.800 sensor.changed wire active
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:05.000 sensor.changed wire normal
t=+6000 wait
> 00:09.900 alarm.cleared wire fence.intrusion A p1 BH #7 count=2
