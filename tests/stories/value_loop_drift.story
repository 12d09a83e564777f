# A value between the bands is no state (a bridged resistance lands there): loop.drift YX 393, priority 4, and the open door stays
# open until a band says otherwise. It needs no acknowledgement.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: input, area: yard, input: {loop: dual, point: num/loop/0}}
story
t=+0 wire num/loop/0 = 1400
t=+0 scan x2
> 00:00.000 alarm.raised gate input.active B p3 UA #1 initial
> 00:00.000 sensor.changed gate active initial
t=+100 wire num/loop/0 = 1700
t=+0 scan x3
> 00:00.200 alarm.raised gate loop.drift C p4 YX #3
t=+0 view gate
> = active good
t=+100 wire num/loop/0 = 2050
t=+0 scan x2
> 00:00.600 alarm.cleared gate input.active D p3 UH #1
> 00:00.600 alarm.cleared gate loop.drift A p4 YZ #3
> 00:00.600 sensor.changed gate normal
