# Same moment, same order: what is due together comes in the order of the site file.
areas: {yard: {title: Yard}}
sensors:
  p0: {kind: power, area: yard, input: io/di/0, on_delay_s: 3}
  p1: {kind: power, area: yard, input: io/di/1, on_delay_s: 2}
  p2: {kind: power, area: yard, input: io/di/2, on_delay_s: 3}
  p3: {kind: power, area: yard, input: io/di/3, on_delay_s: 2}
story
t=+0 scan x2
> 00:00.100 sensor.changed p0 normal initial
> 00:00.100 sensor.changed p1 normal initial
> 00:00.100 sensor.changed p2 normal initial
> 00:00.100 sensor.changed p3 normal initial
t=+100 wire io/di/0 = 1
t=+0 wire io/di/1 = 1
t=+0 wire io/di/2 = 1
t=+0 wire io/di/3 = 1
t=+0 scan
> 00:00.200 sensor.changed p0 active
> 00:00.200 sensor.changed p1 active
> 00:00.200 sensor.changed p2 active
> 00:00.200 sensor.changed p3 active
t=+5000 wait
> 00:02.200 alarm.raised p1 power.lost B p2 AT #9
> 00:02.200 alarm.raised p3 power.lost B p2 AT #10
> 00:03.200 alarm.raised p0 power.lost B p2 AT #11
> 00:03.200 alarm.raised p2 power.lost B p2 AT #12
