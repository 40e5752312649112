#!/bin/sh
# A lead's whole story by commands alone, as a script would run it.
#   story.sh DATA WORK    DATA: {source,target,test}/{images,labels}, classes.json; WORK: an empty folder
# MASKLOOP_URL is the service, MASKLOOP_TOKEN an admin's token, MASKLOOP the command (its words).
set -eu
data=$1 work=$2
maskloop() { ${MASKLOOP:-maskloop} "$@"; }
field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

# Make the project, bring the data in, say which label is which class.
maskloop projects make yard --classes "$data/classes.json" \
    --set 'crop=[64,64]' --set batch_labelled=2 --set batch_unlabelled=2
printf "%s" '{"0":0,"1":1,"2":2,"3":3,"4":4,"5":5,"6":6,"7":7}' > "$work/map.json"
maskloop import "$data/source/images" --project yard --domain source --split train \
    --masks "$data/source/labels" --map-file "$work/map.json"
maskloop import "$data/target/images" --project yard --domain target --split pool
maskloop import "$data/test/images" --project yard --domain target --split test \
    --masks "$data/test/labels"

# Invite the people; each makes a token of their own from the link.
kim=$(maskloop members invite kim --project yard --role annotator --json | field login_link)
ria=$(maskloop members invite ria --project yard --role reviewer --json | field login_link)
kim=$(maskloop sign-in "$kim")
ria=$(maskloop sign-in "$ria")

# Grant labels, start the round, watch it until it waits for people.
maskloop budget grant 3 --project yard --note "first labels"
maskloop rounds make --project yard --labels 3 --set steps=4 --set seed=1 --start
maskloop rounds watch --project yard

# Correct, review, and watch the retraining to its end.
MASKLOOP_TOKEN=$kim maskloop submit "$data/target/labels" --project yard
MASKLOOP_TOKEN=$ria maskloop reviews list --project yard
MASKLOOP_TOKEN=$ria maskloop reviews approve --project yard --all
maskloop rounds watch --project yard --until closed

# The new model serves already: take it back, promote it by hand, take it home; see what it cost.
maskloop models list --project yard
maskloop models rollback --project yard
maskloop models promote 2 --project yard
maskloop models download 2 "$work/model" --project yard
maskloop budget show --project yard
maskloop budget statement "$work/budget.csv" --project yard

# Export, and train a fresh model on what was exported.
maskloop export "$work/yard.zip" --project yard --format png --split pool
python3 -m zipfile -e "$work/yard.zip" "$work/yard"
maskloop projects make again --classes "$data/classes.json" \
    --set 'crop=[64,64]' --set batch_labelled=2 --set batch_unlabelled=0 --set recipe=supervised
maskloop import "$work/yard/images/pool" --project again --domain source --split train \
    --masks "$work/yard/masks/pool"
maskloop import "$data/test/images" --project again --domain target --split pool
maskloop budget grant 1 --project again
maskloop rounds make --project again --labels 1 --set steps=4 --start
maskloop rounds watch --project again
maskloop models list --project again
