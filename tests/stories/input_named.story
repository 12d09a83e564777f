# A generic input has the name its site gives it, comes at the first sample and goes by itself once acknowledged.
areas: {yard: {title: Yard}}
sensors:
  gas: {kind: input, area: yard, input: io/di/0, condition: gas.leak}
story
t=+0 scan x2
> 00:00.100 sensor.changed gas normal initial
t=+100 sample io/di/0 = 1
> 00:00.200 alarm.raised gas gas.leak B p3 UA #2
> 00:00.200 sensor.changed gas active
t=+100 ack gas/gas.leak
> 00:00.300 alarm.acked gas gas.leak C p3 #2 by op12
> = ok
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:00.500 alarm.cleared gas gas.leak A p3 UH #2
> 00:00.500 sensor.changed gas normal
