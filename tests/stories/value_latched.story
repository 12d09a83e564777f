# Register encodings (7), latched input and write-to-clear: set again between the clearing and the next scan is another hit; a
# bit that is only not cleared yet is none.
areas: {yard: {title: Yard}}
sensors:
  wire: {kind: fence, area: yard, hit: io/di/0, count: 3, window_s: 20, dead_ms: 0, hold_s: 5}
story
t=+0 scan x2
> 00:00.100 sensor.changed wire normal initial
t=+100 wire io/di/0 = 1
t=+0 scan x3
> 00:00.200 sensor.changed wire fence.activity active count=1
t=+100 clear io/di/0
t=+0 scan x2
> 00:00.500 sensor.changed wire fence.activity active count=2
t=+100 clear io/di/0
t=+0 scan x2
> 00:00.700 alarm.raised wire fence.intrusion B p1 BA #4 count=3
t=+100 wire io/di/0 = 0
t=+0 clear io/di/0
t=+0 scan x2
> 00:01.000 sensor.changed wire normal
t=+6000 wait
> 00:05.900 alarm.cleared wire fence.intrusion D p1 BH #4
