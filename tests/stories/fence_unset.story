# People work in an unset area: blows are kept as fence.activity and raise no alarm; the area can be set again when the wire is quiet.
areas: {yard: {title: Yard, start: unset}}
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
> 00:02.300 sensor.changed wire fence.activity active count=2
t=+0 set yard
> 00:02.300 area.set_refused yard CI by op12 why wire
> = blocked: wire
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:02.500 sensor.changed wire normal
t=+6000 set yard
> 00:08.500 area.set yard CL by op12
> = ok
