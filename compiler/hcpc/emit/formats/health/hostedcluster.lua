-- Health of a HostedCluster. It has no condition `Ready`, and `Available` is True long before the
-- cluster is installed, and all through an upgrade. Argo CD runs this without Lua's string library.

-- Without these the operator has not said enough yet.
local needed = {
  -- (CLUSTER_NEEDED stands here)
}

-- While one of these is False the operator does not go on.
local blocking = {
  -- (CLUSTER_BLOCKING stands here)
}

-- What may be absent, for not every version and platform has it, but must not be False when the
-- cluster is installed.
local expected = {
  -- (CLUSTER_EXPECTED stands here)
}

local spec = obj.spec or {}
local status = obj.status or {}
local version = status.version or {}
local history = version.history or {}

local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end

-- (conditions.lua stands here)
local function blocked()
  for _, name in ipairs(blocking) do
    if is(name, "False") and not is_stale(name) then
      return answer("Degraded", told(name))
    end
  end
  local progress = conditions.Progressing
  if progress ~= nil and progress.reason == "Blocked" and not is_stale("Progressing") then
    return answer("Degraded", "blocked: " .. (progress.message or ""))
  end
  return nil
end

local function unreported()
  for _, pair in ipairs(needed) do
    local name = pair[1]
    if conditions[name] == nil then
      return answer("Progressing", "waiting for condition " .. name)
    end
    if is_stale(name) then
      return answer("Progressing", "condition " .. name .. " is about an older spec")
    end
  end
  return nil
end

local function installed()
  for _, entry in ipairs(history) do
    if entry.state == "Completed" then
      return true
    end
  end
  return false
end

local function changing()
  local release = spec.controlPlaneRelease or spec.release or {}
  local desired = version.desired or {}
  if history[1] == nil then
    return "the installation has not begun"
  end
  if history[1].state ~= "Completed" then
    local what = installed() and "upgrading to " or "installing "
    local trouble = is("ClusterVersionSucceeding", "False") and "; " .. told("ClusterVersionSucceeding")
    return what .. (history[1].version or "") .. (trouble or "")
  end
  if desired.image ~= release.image then
    return "the upgrade has not begun"
  end
  for _, name in ipairs({--[[CLUSTER_CHANGING]]}) do
    if is(name, "True") then
      return told(name)
    end
  end
  return nil
end

local function assess()
  if obj.metadata.deletionTimestamp ~= nil then
    return answer("Progressing", "being deleted")
  end
  local early = paused() or blocked() or unreported()
  if early ~= nil then
    return early
  end
  if is("Degraded", "True") then
    return answer("Degraded", told("Degraded"))
  end
  if not is("Available", "True") then
    return answer(installed() and "Degraded" or "Progressing", told("Available"))
  end
  local change = changing()
  if change ~= nil then
    return answer("Progressing", change)
  end
  for _, name in ipairs(expected) do
    if is(name, "False") then
      return answer("Degraded", told(name))
    end
  end
  for _, pair in ipairs(needed) do
    if not is(pair[1], pair[2]) then
      return answer("Progressing", told(pair[1]))
    end
  end
  if is("ReconciliationSucceeded", "False") then
    return answer("Progressing", told("ReconciliationSucceeded"))
  end
  return answer("Healthy", "running " .. (history[1].version or ""))
end

return assess()
