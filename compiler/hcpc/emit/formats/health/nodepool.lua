-- Health of a NodePool: as many nodes as wanted, all of them healthy, none of them about to change.
-- Argo CD runs this without Lua's string library.

-- While one of these is False the operator changes no node.
local blocking = {
  -- (POOL_BLOCKING stands here)
}

-- What is wrong when it is True.
local conflicts = {
  -- (POOL_CONFLICTS stands here)
}

local updates = {--[[POOL_UPDATES]]}

-- What the operator says of every pool, and of every pool that has machines.
local needed = {--[[POOL_NEEDED]]}
local needed_of_machines = {--[[POOL_NEEDED_OF_MACHINES]]}

-- What may still become True by itself.
local awaited = {
  -- (POOL_AWAITED stands here)
}

local spec = obj.spec or {}
local status = obj.status or {}

local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end

local have = tonumber(status.replicas) or 0
local least = tonumber(spec.replicas) or 0
local most = least
if spec.autoScaling ~= nil then
  least = tonumber(spec.autoScaling.min) or 0
  most = tonumber(spec.autoScaling.max) or have
end

-- (conditions.lua stands here)
local function blocked()
  for _, name in ipairs(blocking) do
    if is(name, "False") and not is_stale(name) then
      return answer("Degraded", told(name))
    end
  end
  return nil
end

-- The user provides the machines of some platforms; of these the operator reports none.
local function has_machines()
  local platform = (spec.platform or {}).type
  return platform ~= "None" and platform ~= "IBMCloud"
end

local function unreported(names)
  for _, name in ipairs(names) do
    if conditions[name] == nil then
      return answer("Progressing", "waiting for condition " .. name)
    end
    if is_stale(name) then
      return answer("Progressing", "condition " .. name .. " is about an older spec")
    end
  end
  return nil
end

local function failed()
  for _, condition in ipairs(status.conditions or {}) do
    if condition.reason == "InplaceUpgradeFailed" or condition.reason == "TooManyUnhealthy" then
      return answer("Degraded", told(condition.type))
    end
  end
  for _, name in ipairs(conflicts) do
    if is(name, "True") then
      return answer("Degraded", told(name))
    end
  end
  return nil
end

local function changing()
  for _, name in ipairs(updates) do
    if is(name, "True") then
      return answer("Progressing", told(name))
    end
  end
  if has_machines() and (have < least or have > most) then
    local wanted = least == most and least or (least .. " to " .. most)
    return answer("Progressing", have .. " nodes are available, wanted are " .. wanted)
  end
  return nil
end

-- About machines that are there, or should be.
local function troubled()
  local missing = unreported(needed_of_machines)
  if missing ~= nil then
    return missing
  end
  if is("AllNodesHealthy", "False") then
    return answer("Degraded", told("AllNodesHealthy"))
  end
  for _, name in ipairs(awaited) do
    if is(name, "False") then
      return answer("Progressing", told(name))
    end
  end
  for _, name in ipairs(needed_of_machines) do
    if not is(name, "True") then
      return answer("Progressing", told(name))
    end
  end
  return nil
end

local function assess()
  if obj.metadata.deletionTimestamp ~= nil then
    return answer("Progressing", "being deleted")
  end
  local early = paused() or blocked() or unreported(needed) or failed() or changing()
  if early ~= nil then
    return early
  end
  local has_nodes = has_machines() and have > 0
  local trouble = has_nodes and troubled() or nil
  if trouble ~= nil then
    return trouble
  end
  for _, name in ipairs(needed) do
    if not is(name, "True") then
      return answer("Progressing", told(name))
    end
  end
  if has_nodes then
    return answer("Healthy", have .. " nodes run " .. (status.version or "the release"))
  end
  return answer("Healthy", has_machines() and "no nodes are wanted" or "nodes are not managed")
end

return assess()
