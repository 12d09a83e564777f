# A register that names its states: alarm and fault are true, idle and watch are not.
areas: {yard: {title: Yard}}
sensors:
  detector: {kind: input, area: yard, input: {point: num/mode, is: [alarm, fault]}}
story
t=+0 wire num/mode = 1
t=+0 scan x2
> 00:00.100 sensor.changed detector normal initial
t=+100 wire num/mode = 2
t=+0 scan x2
> 00:00.200 alarm.raised detector input.active B p3 UA #2
> 00:00.200 sensor.changed detector active
t=+100 wire num/mode = 3
t=+0 scan x2
t=+100 wire num/mode = 0
t=+0 scan x2
> 00:00.700 alarm.cleared detector input.active D p3 UH #2
> 00:00.700 sensor.changed detector normal
