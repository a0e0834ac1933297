local function answer(health, message)
  return {status = health, message = message}
end

local function is(name, value)
  return conditions[name] ~= nil and conditions[name].status == value
end

-- Whether a condition is about an older spec than the present one.
local function is_stale(name)
  local seen = conditions[name] ~= nil and tonumber(conditions[name].observedGeneration) or 0
  local wanted = tonumber(obj.metadata.generation) or 0
  return seen ~= 0 and seen < wanted
end

local function told(name)
  local condition = conditions[name]
  local words = condition.message
  if words == nil or words == "" then
    words = condition.reason or ""
  end
  return name .. " is " .. condition.status .. ": " .. words
end

local function paused()
  if is("ReconciliationActive", "False") then
    if conditions.ReconciliationActive.reason == "InvalidPausedUntilValue" then
      return answer("Degraded", told("ReconciliationActive"))
    end
    return answer("Suspended", told("ReconciliationActive"))
  end
  if spec.pausedUntil == "true" or spec.pausedUntil == "True" then
    return answer("Suspended", "paused: spec.pausedUntil is true")
  end
  return nil
end

