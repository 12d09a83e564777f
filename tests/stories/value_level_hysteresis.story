# A level with a deadband: over 20 mV is true, and only under 15 mV it is false again; no chatter in between.
areas: {yard: {title: Yard}}
sensors:
  vibration: {kind: input, area: yard, input: {point: num/mv/0, above: 20, hysteresis: 5}}
story
t=+0 wire num/mv/0 = 190
t=+0 scan x2
> 00:00.100 sensor.changed vibration normal initial
t=+100 wire num/mv/0 = 201
t=+0 scan x2
> 00:00.200 alarm.raised vibration input.active B p3 UA #2
> 00:00.200 sensor.changed vibration active
t=+100 wire num/mv/0 = 160
t=+0 scan x3
t=+100 wire num/mv/0 = 150
t=+0 scan x2
> 00:00.800 alarm.cleared vibration input.active D p3 UH #2
> 00:00.800 sensor.changed vibration normal
