# Mains fault may be delayed (EN 50131, up to 1 h; here 60 s): a dip of 30 s is silent, an outage of 70 s is power.lost at 60 s; SIA AT, AR.
areas: {yard: {title: Yard}}
sensors:
  mains: {kind: power, area: yard, input: not io/di/0, on_delay_s: 60}
story
t=+0 wire io/di/0 = 1
t=+0 scan x2
> 00:00.100 sensor.changed mains normal initial
t=+1000 wire io/di/0 = 0
t=+0 scan
> 00:01.100 sensor.changed mains active
t=+30000 wire io/di/0 = 1
t=+0 scan x2
> 00:31.200 sensor.changed mains normal
t=+1000 wire io/di/0 = 0
t=+0 scan
> 00:32.200 sensor.changed mains active
t=+70000 wire io/di/0 = 1
> 01:32.200 alarm.raised mains power.lost B p2 AT #5
t=+0 scan x2
> 01:42.300 alarm.cleared mains power.lost D p2 AR #5
> 01:42.300 sensor.changed mains normal
