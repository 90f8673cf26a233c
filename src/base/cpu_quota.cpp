#include "base/cpu_quota.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace vicinal::base {
namespace {

std::optional<double> ratio(double quota, double period) {
  if (quota <= 0 || period <= 0) return std::nullopt;  // version 1 writes -1 for "no limit"
  return quota / period;
}

std::optional<double> quota_v2(const std::string& folder) {
  std::ifstream file(folder + "/cpu.max");
  double quota = 0, period = 0;
  if (!(file >> quota >> period)) return std::nullopt;  // "max 100000": no limit
  return ratio(quota, period);
}

std::optional<double> quota_v1(const std::string& folder) {
  std::ifstream quota_file(folder + "/cpu.cfs_quota_us"), period_file(folder + "/cpu.cfs_period_us");
  double quota = 0, period = 0;
  if (!(quota_file >> quota) || !(period_file >> period)) return std::nullopt;
  return ratio(quota, period);
}

template <class Read>
void lower_along(const std::string& mount, std::string group, Read read, std::optional<double>& least) {
  while (true) {
    if (const auto found = read(mount + group)) least = std::min(least.value_or(*found), *found);
    if (group.empty()) return;
    group.resize(group.find_last_of('/') == std::string::npos ? 0 : group.find_last_of('/'));
  }
}

bool names_cpu(const std::string& controllers) { return ("," + controllers + ",").find(",cpu,") != std::string::npos; }

}  // namespace

std::optional<double> cgroup_cpu_quota(const std::string& proc_cgroup, const std::string& mount) {
  std::optional<double> least;
  std::istringstream lines(proc_cgroup);
  std::string number, controllers, group;  // "4:cpu,cpuacct:/docker/…" or "0::/user.slice"
  while (std::getline(lines, number, ':') && std::getline(lines, controllers, ':') && std::getline(lines, group)) {
    if (controllers.empty()) lower_along(mount, group, quota_v2, least);
    if (names_cpu(controllers)) lower_along(mount + "/cpu", group, quota_v1, least);
  }
  return least;
}

}  // namespace vicinal::base
