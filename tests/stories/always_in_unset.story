# 24-hour conditions report in every mode: duress, tamper, mains and lost supervision of an unset area.
areas: {yard: {title: Yard, start: unset}}
sensors:
  button: {kind: duress, area: yard, input: io/di/0}
  lid: {kind: tamper, area: yard, input: io/di/1}
  mains: {kind: power, area: yard, input: io/di/2}
  far: {kind: input, area: yard, input: far/di/0}
story
t=+0 scan x2
> 00:00.100 sensor.changed button normal initial
> 00:00.100 sensor.changed lid normal initial
> 00:00.100 sensor.changed mains normal initial
> 00:00.100 sensor.changed far normal initial
t=+1000 wire io/di/0 = 1
t=+0 wire io/di/1 = 1
t=+0 wire io/di/2 = 1
t=+0 lose far
> 00:01.100 device.lost far device.lost B p2 ET #5
t=+0 scan x2
> 00:01.100 alarm.raised button duress B latched p0 HA #6
> 00:01.100 sensor.changed button active
> 00:01.100 alarm.raised mains power.lost B p2 AT #8
> 00:01.100 sensor.changed mains active
> 00:01.100 alarm.raised far supervision_lost B p2 BZ #10
> 00:01.100 sensor.changed far unknown bad
> 00:01.100 alarm.raised lid tamper B latched p2 TT #12
> 00:01.200 sensor.changed lid active
