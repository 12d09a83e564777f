# ISA-18.2 re-alarm: a latched alarm that waits for its reset and becomes true again is raised again and wants a new
# acknowledgement; its count goes on.
areas: {yard: {title: Yard}}
sensors:
  lid: {kind: tamper, area: yard, input: io/di/0}
story
t=+0 scan x2
> 00:00.100 sensor.changed lid normal initial
t=+100 wire io/di/0 = 1
t=+0 scan x2
> 00:00.200 alarm.raised lid tamper B latched p1 TA #2
> 00:00.300 sensor.changed lid active
t=+0 ack lid/tamper
> 00:00.300 alarm.acked lid tamper C latched p1 #2 by op12
> = ok
t=+100 wire io/di/0 = 0
t=+0 scan x2
> 00:00.500 alarm.cleared lid tamper C latched p1 TR #2
> 00:00.500 alarm.latched lid tamper C latched p1 #2
> 00:00.500 sensor.changed lid normal
t=+100 wire io/di/0 = 1
t=+0 scan x2
> 00:00.600 alarm.raised lid tamper B latched p1 TA #8 count=2
> 00:00.700 sensor.changed lid active
t=+0 ack lid/tamper #2
> = stale occurrence
t=+0 ack lid/tamper
> 00:00.700 alarm.acked lid tamper C latched p1 #8 count=2 by op12
> = ok
