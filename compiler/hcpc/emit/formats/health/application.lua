-- Health of an Application, which Argo CD itself does not assess: only with it do sync waves of
-- Applications wait for each other.
local health = (obj.status or {}).health or {}
return {status = health.status or "Progressing", message = health.message or ""}
