# Sequence, the direction of an escape: a then b within 60 s raises; every further time it is a further occurrence until acknowledged.
areas: {north: {title: North}}
sensors:
  a: {kind: fence, area: north, hit: io/di/0, count: 1, dead_ms: 100, hold_s: 1}
  b: {kind: camera, area: north, trigger: io/di/1, hold_s: 1}
  c: {kind: input, area: north, input: io/di/2}
rules:
  escape: {sequence: [a, b], within_s: 60, priority: 0}
story
t=+0 scan x2
> 00:00.100 sensor.changed a normal initial
> 00:00.100 sensor.changed b normal initial
> 00:00.100 sensor.changed c normal initial
t=+1000 wire io/di/0 = 1
t=+0 scan
> 00:01.100 alarm.raised a fence.intrusion B p1 BA #4
> 00:01.100 sensor.changed a active
t=+0 wire io/di/0 = 0
t=+100 scan x2
> 00:01.300 sensor.changed a normal
t=+10000 wait
> 00:02.200 alarm.cleared a fence.intrusion D p1 BH #4
t=+1000 wire io/di/1 = 1
t=+0 scan
> 00:12.300 alarm.raised b camera.trigger B p2 BA #8
> 00:12.300 alarm.raised escape sequence B p0 BV #9
> 00:12.300 sensor.changed b active
t=+0 wire io/di/1 = 0
t=+100 scan x2
> 00:12.500 sensor.changed b normal
t=+10000 wait
> 00:13.400 alarm.cleared b camera.trigger D p2 BH #8
t=+1000 wire io/di/1 = 1
t=+0 scan
> 00:23.500 alarm.updated b camera.trigger B p2 BA #13 count=2
> 00:23.500 alarm.updated escape sequence B p0 BV #14 count=2
> 00:23.500 sensor.changed b active
t=+0 wire io/di/1 = 0
t=+100 scan x2
> 00:23.700 sensor.changed b normal
t=+10000 ack escape/sequence
> 00:24.600 alarm.cleared b camera.trigger D p2 BH #13 count=2
> 00:33.700 alarm.acked escape sequence C p0 #14 count=2 by op12
> = ok
t=+70000 wait
> 01:23.500 alarm.cleared escape sequence A p0 BH #14 count=2
