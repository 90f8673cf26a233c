#pragma once
/// The CPU time that the control groups of this process grant: containers limit programs so.

#include <optional>
#include <string>

namespace vicinal::base {

/// Cores' worth of time, the smallest limit from the process's group up to the root; nullopt where there is none.
/// `proc_cgroup`: the contents of /proc/self/cgroup; `mount`: /sys/fs/cgroup. Reads version 2 (cpu.max) and
/// version 1 (cpu.cfs_quota_us over cpu.cfs_period_us).
std::optional<double> cgroup_cpu_quota(const std::string& proc_cgroup, const std::string& mount);

}  // namespace vicinal::base
