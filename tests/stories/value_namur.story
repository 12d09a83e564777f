# NAMUR NE43: below 3.6 mA the wire is broken, but only after 4 s; what is shorter is noise. The gate valve stays as it was.
areas: {yard: {title: Yard}}
sensors:
  valve: {kind: input, area: yard, input: {namur: num/ma/0, above: 12, hysteresis: 1}}
story
t=+0 wire num/ma/0 = 4100
t=+0 scan x2
> 00:00.100 sensor.changed valve normal initial
t=+100 wire num/ma/0 = 12500
t=+0 scan x2
> 00:00.200 alarm.raised valve input.active B p3 UA #2
> 00:00.200 sensor.changed valve active
t=+100 wire num/ma/0 = 3500
t=+0 scan x30
t=+100 wire num/ma/0 = 12500
t=+0 scan x2
t=+100 wire num/ma/0 = 3500
t=+0 scan x45
> 00:07.600 alarm.raised valve loop.open B latched p1 BT #4
t=+100 wire num/ma/0 = 4100
t=+0 scan x2
> 00:08.200 alarm.cleared valve input.active D p3 UH #2
> 00:08.200 alarm.cleared valve loop.open D latched p1 BJ #4
> 00:08.200 sensor.changed valve normal
