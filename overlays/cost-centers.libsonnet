// Who pays, by team. One list for all overlays.
{
  centers:: { apps: '4711', data: '4712' },

  of(team):: std.get(self.centers, team, 'platform'),
}
