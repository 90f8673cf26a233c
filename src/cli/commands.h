#pragma once
/// The commands of the program, in the order of the overview. Each is made in its own file under commands/.

#include <vector>

#include "cli/command.h"

namespace vicinal::cli {

std::vector<Command> all_commands();

Command search_command();
Command fit_command();
Command index_command();
Command get_command();
Command list_command();
Command count_command();
Command delete_command();
Command update_command();
Command stats_command();
Command export_command();
Command verify_command();
Command backup_command();
Command restore_command();
Command compact_command();
Command migrate_command();
Command embed_command();
Command sim_command();
Command tokenize_command();
Command chunk_command();
Command models_command();
Command pull_command();
Command convert_command();
Command doctor_command();
Command cpu_command();
Command bench_command();
Command cache_command();
Command version_command();

}  // namespace vicinal::cli
