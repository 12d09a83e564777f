# State at boot: a button that is pressed at the first look is an alarm at the first sample.
areas: {yard: {title: Yard, start: unset}}
sensors:
  button: {kind: duress, area: yard, input: io/di/0}
story
t=+0 sample io/di/0 = 1
> 00:00.000 alarm.raised button duress B latched p0 HA #1 initial
> 00:00.000 sensor.changed button active initial
