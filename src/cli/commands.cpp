#include "cli/commands.h"

namespace vicinal::cli {

std::vector<Command> all_commands() {
  return {search_command(), fit_command(),     index_command(),    get_command(),     list_command(),
          count_command(),  delete_command(),  update_command(),   stats_command(),   export_command(),
          verify_command(), backup_command(),  restore_command(),  compact_command(), migrate_command(),
          embed_command(),  sim_command(),     tokenize_command(), chunk_command(),   models_command(),
          pull_command(),   convert_command(), doctor_command(),   cpu_command(),     bench_command(),
          cache_command(),  version_command()};
}

}  // namespace vicinal::cli
