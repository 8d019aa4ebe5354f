#!/usr/bin/env bash
#SBATCH --job-name=join
#SBATCH --ntasks=1
#SBATCH --mem=8G
#SBATCH --time=01:00:00
#SBATCH --output=%x-%j.log
#
# The parts in $OUT-parts become one folder, $OUT, with the bytes of a sweep that was never divided. By sbatch, or by
# itself in the project's folder: OUT=out/severity docs/cluster/join.sh
set -euo pipefail
cd "${SLURM_SUBMIT_DIR:-.}"
exec python3 run.py join "${OUT:?export OUT, the folder of the whole}" "$OUT-parts"/* "$@"
