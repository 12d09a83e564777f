# The same sensor as two steps: two hits are wanted, one is not both.
areas: {north: {title: North}}
sensors:
  a: {kind: fence, area: north, hit: io/di/0, count: 1, dead_ms: 100, hold_s: 1}
  b: {kind: camera, area: north, trigger: io/di/1, hold_s: 1}
  c: {kind: input, area: north, input: io/di/2}
rules:
  twice: {sequence: [a, a], within_s: 20}
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
t=+5000 wait
> 00:02.200 alarm.cleared a fence.intrusion D p1 BH #4
t=+1000 wire io/di/0 = 1
t=+0 scan
> 00:07.300 alarm.updated a fence.intrusion B p1 BA #8 count=2
> 00:07.300 alarm.raised twice sequence B p1 BV #9
> 00:07.300 sensor.changed a active
t=+0 wire io/di/0 = 0
t=+100 scan x2
> 00:07.500 sensor.changed a normal
