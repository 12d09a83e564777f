# NAMUR NE43: above 21 mA for 4 s is loop.short; the delay does not run out while nobody can look.
areas: {yard: {title: Yard}}
sensors:
  valve: {kind: input, area: yard, input: {namur: num/ma/0, above: 12}}
story
t=+0 wire num/ma/0 = 4100
t=+0 scan x2
> 00:00.100 sensor.changed valve normal initial
t=+100 wire num/ma/0 = 22000
t=+0 scan x2
t=+1000 sample num/ma/0 = 22000 uncertain
t=+5000 sample num/ma/0 = 22000
> 00:06.300 alarm.raised valve loop.short B latched p1 BT #2
t=+100 sample num/ma/0 = 22000
