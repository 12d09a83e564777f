# The other way round is no sequence; nor is one whose time is over.
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
t=+1000 wire io/di/1 = 1
t=+0 scan
> 00:01.100 alarm.raised b camera.trigger B p2 BA #4
> 00:01.100 sensor.changed b active
t=+0 wire io/di/1 = 0
t=+100 scan x2
> 00:01.300 sensor.changed b normal
t=+5000 wait
> 00:02.200 alarm.cleared b camera.trigger D p2 BH #4
t=+1000 wire io/di/0 = 1
t=+0 scan
> 00:07.300 alarm.raised a fence.intrusion B p1 BA #8
> 00:07.300 sensor.changed a active
t=+0 wire io/di/0 = 0
t=+100 scan x2
> 00:07.500 sensor.changed a normal
t=+60000 wait
> 00:08.400 alarm.cleared a fence.intrusion D p1 BH #8
t=+1000 wire io/di/1 = 1
t=+0 scan
> 01:08.500 alarm.updated b camera.trigger B p2 BA #12 count=2
> 01:08.500 sensor.changed b active
t=+0 wire io/di/1 = 0
t=+100 scan x2
> 01:08.700 sensor.changed b normal
